// bench_engine: chains and fan-outs of 10 to 10,000 nodes on a runner that ends every container at once, with the real
// SQLite store in a temporary directory. Prints node transitions a second and the cost of a node relative to 100 nodes.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iomanip>
#include <iostream>

#include "core/core.h"
#include "flyteidl/core/literals.pb.h"
#include "sim/fakes.h"
#include "sim/graphs.h"
#include "store/sqlite_store.h"

namespace sandbox {
namespace {

// One thread for everything but the store's writer: posts from it come through a lock.
class BenchLoop final : public Loop {
 public:
  void Post(std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    wake_.notify_one();
  }
  std::unique_ptr<Timer> At(Instant, std::function<void()>) override { return nullptr; }
  void RunOne() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !tasks_.empty(); });
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
};

class LoopWorkers final : public Workers {
 public:
  explicit LoopWorkers(Loop& loop) : loop_(loop) {}
  void Run(std::function<void()> work) override { loop_.Post(std::move(work)); }

 private:
  Loop& loop_;
};

class SystemClock final : public Clock {
 public:
  Instant Now() override { return std::chrono::system_clock::now(); }
};

// Every container succeeds at once.
class InstantRunner final : public ContainerRunner {
 public:
  InstantRunner(Loop& loop, sim::FakeObjects& objects) : loop_(loop), objects_(objects) {
    flyteidl::core::LiteralMap outputs;
    (*outputs.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_integer(1);
    outputs_ = outputs.SerializeAsString();
  }
  void OnReport(std::function<void(PodReport)> callback) override { callback_ = std::move(callback); }
  void Start(PodSpec pod) override {
    objects_.objects[pod.containers[0].args[0].substr(18) + "/outputs.pb"] = outputs_;
    loop_.Post([this, id = pod.id, name = pod.name] {
      PodReport report{id, PodState::kFinished, "", "", std::chrono::system_clock::now(), {}};
      report.containers.push_back({name, 0, false, "Completed", "", report.occurred_at, report.occurred_at});
      callback_(std::move(report));
    });
  }
  void Stop(const AttemptId&, Duration) override {}
  void Release(const AttemptId&) override {}
  void Sweep(const std::vector<AttemptId>&) override {}

 private:
  Loop& loop_;
  sim::FakeObjects& objects_;
  std::string outputs_;
  std::function<void(PodReport)> callback_;
};

struct Timing {
  double seconds_a_node = 0;
  double transitions_a_second = 0;
};

Timing Measure(uint32_t size, bool chain) {
  std::vector<std::vector<uint32_t>> edges(size);
  for (uint32_t i = 1; chain && i < size; ++i) edges[i].push_back(i - 1);
  const sim::SimGraph graph = sim::BuildSimGraph(edges, {});
  const auto folder = std::filesystem::temp_directory_path() / ("bench_engine_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
  std::filesystem::create_directories(folder);
  Timing out;
  {
    auto store = store::SqliteStore::Open((folder / "state.db").string());
    if (!store) std::exit(1);
    BenchLoop loop;
    LoopWorkers workers(loop);
    SystemClock clock;
    sim::FakeObjects objects;
    InstantRunner runner(loop, objects);
    core::Core core({loop, workers, clock, **store, objects, runner}, {});
    const auto begin = std::chrono::steady_clock::now();
    core.Launch(graph.Launch({"p", "d", "bench"}, clock.Now()), [](const Status&) {});
    do {
      loop.RunOne();
    } while (core.Transitions() == 0 || core.Running() > 0);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    out = {seconds / size, static_cast<double>(core.Transitions()) / seconds};
  }
  std::filesystem::remove_all(folder);
  return out;
}

void Print(std::string_view name, bool chain) {
  const double base = Measure(100, chain).seconds_a_node;
  for (const uint32_t size : {10u, 100u, 1'000u, 10'000u}) {
    const Timing timing = Measure(size, chain);
    std::cout << std::left << std::setw(8) << name << std::right << std::setw(7) << size << std::setw(12) << static_cast<int64_t>(timing.transitions_a_second) << " transitions/s"
              << std::fixed << std::setprecision(2) << std::setw(8) << timing.seconds_a_node / base << " x the cost of a node among 100\n";
  }
}

}  // namespace
}  // namespace sandbox

int main() {
  sandbox::Print("chain", true);
  sandbox::Print("fan-out", false);
}
