// bench_engine [DIRECTORY [SHAPE]]: a fan-out, a chain, a hundred chains at once, a map and sub-workflows inside of
// each other, of 10 to 10,000 nodes, on a runner that ends every container at once, with the real SQLite store in
// DIRECTORY. Prints node transitions a second, and the time of a node relative to that of a flat fan-out of 100; of up
// to 1,000 nodes the middle one of five runs. In a single chain a node starts when the end of the one before is
// committed; the sync comes behind. How often it could have waited for this disk in that time is printed, too.
//
// From 100 nodes on, where starting is spread over enough of them: a node costs at most twice as much as in a fan-out
// of 100, and one of a chain takes less than the two syncs that it used to wait for (docs/decisions/sync-behind.md).

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <future>

#include "bench/disk_sync.h"
#include "executor/executor.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sim/fakes.h"
#include "sim/graphs.h"
#include "store/sqlite_store.h"

namespace sandbox {
namespace {

// One thread for everything but the store's writer: posts from it come through a lock. A timer's time is looked at when
// no task is left.
class BenchLoop final : public Loop {
 public:
  void Post(std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    wake_.notify_one();
  }
  std::unique_ptr<Timer> At(Instant at, std::function<void()> task) override {
    auto entry = std::make_shared<Entry>(at, std::move(task));
    timers_.push_back(entry);
    return std::make_unique<Cancel>(std::move(entry));
  }
  void RunOne() {
    std::unique_lock lock(mutex_);
    while (tasks_.empty()) {
      std::erase_if(timers_, [](const auto& timer) { return !timer->task; });
      const auto next = std::ranges::min_element(timers_, {}, [](const auto& timer) { return timer->at; });
      const auto woken = [this] { return !tasks_.empty(); };
      if (next == timers_.end()) {
        wake_.wait(lock, woken);
      } else if (!wake_.wait_until(lock, std::chrono::time_point_cast<std::chrono::system_clock::duration>((*next)->at),
                                   woken)) {
        tasks_.push_back(std::exchange((*next)->task, nullptr));
      }
    }
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }

 private:
  struct Entry {
    Instant at;
    std::function<void()> task;  // empty: fired or cancelled
  };
  struct Cancel final : Timer {
    explicit Cancel(std::shared_ptr<Entry> timer) : entry(std::move(timer)) {}
    ~Cancel() override { entry->task = nullptr; }
    const std::shared_ptr<Entry> entry;
  };

  std::vector<std::shared_ptr<Entry>> timers_;  // the loop's own
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
    objects_.Set(pod.containers[0].args[0].substr(18) + "/outputs.pb", outputs_);
    loop_.Post([this, id = pod.id, name = pod.name] {
      PodReport report{.id = id, .state = PodState::kFinished, .occurred_at = std::chrono::system_clock::now()};
      report.containers.push_back({name, 0, EndReason::kCompleted, "", report.occurred_at, report.occurred_at});
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
  double transitions_a_cpu_second = 0;
};

enum class Kind { kFanOut, kChain, kMap, kNested };

struct Shape {
  std::string_view name;
  Kind kind = Kind::kFanOut;
  uint32_t executions = 1;
  std::vector<uint32_t> sizes = {10, 100, 1'000, 10'000};
};

namespace core = flyteidl::core;

// One array node over a list of that length.
void ToMap(core::CompiledWorkflowClosure& closure, uint32_t items) {
  for (core::Node& node : *closure.mutable_primary()->mutable_template_()->mutable_nodes()) {
    if (!node.has_task_node()) continue;
    const core::TaskNode task = node.task_node();
    *node.mutable_array_node()->mutable_node()->mutable_task_node() = task;
    auto& list = *node.mutable_inputs(0)->mutable_binding()->mutable_collection();
    for (uint32_t i = 0; i < items; ++i) list.add_bindings()->mutable_scalar()->mutable_primitive()->set_integer(i);
  }
}

sim::SimGraph Graph(const Shape& shape, uint32_t nodes) {
  const bool flat = shape.kind == Kind::kFanOut || shape.kind == Kind::kChain;
  std::vector<std::vector<uint32_t>> edges(flat ? nodes : 1);
  for (uint32_t i = 1; shape.kind == Kind::kChain && i < nodes; ++i) edges[i].push_back(i - 1);
  sim::SimGraph out = sim::BuildSimGraph(edges, {});
  if (flat) return out;
  if (shape.kind == Kind::kNested) return sim::Nested(std::move(out), nodes);
  auto closure = std::make_shared<core::CompiledWorkflowClosure>(*out.closure);
  ToMap(*closure, nodes);
  out.entity.closure = closure->SerializeAsString();
  out.closure = std::move(closure);
  return out;
}

// `nodes` of each execution.
Timing Measure(const Shape& shape, uint32_t nodes, const std::filesystem::path& folder) {
  const sim::SimGraph graph = Graph(shape, nodes);
  Timing out;
  {
    BenchLoop loop;  // the store calls back until it is closed
    auto store = store::SqliteStore::Open((folder / "state.db").string());
    if (!store) std::exit(1);
    LoopWorkers workers(loop);
    SystemClock clock;
    sim::FakeObjects objects;
    InstantRunner runner(loop, objects);
    executor::Executor core({loop, workers, workers, clock, **store, objects, runner}, {});
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t cpu = std::clock();
    uint32_t launched = 0;
    for (uint32_t i = 0; i < shape.executions; ++i) {
      core.Launch(graph.Launch({"p", "d", "bench" + std::to_string(i)}, clock.Now()),
                  [&](const Status&) { loop.Post([&launched] { ++launched; }); });
    }
    do {
      loop.RunOne();
    } while (launched < shape.executions || core.Transitions() == 0 || core.Running() > 0);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto transitions = static_cast<double>(core.Transitions());
    out = {seconds / (nodes * shape.executions), transitions / seconds,
           transitions / (static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC)};
  }
  for (const auto& file : std::filesystem::directory_iterator(folder)) std::filesystem::remove_all(file);
  return out;
}

// The middle one of several.
Timing MeasureOften(const Shape& shape, uint32_t nodes, const std::filesystem::path& folder) {
  std::vector<Timing> timings(nodes * shape.executions <= 1'000 ? 5 : 1);
  for (Timing& timing : timings) timing = Measure(shape, nodes, folder);
  std::ranges::sort(timings, {}, &Timing::seconds_a_node);
  return timings[timings.size() / 2];
}

const Shape kFlat{"fan-out"};

void Print(const Shape& shape, const std::filesystem::path& folder) {
  Measure(kFlat, 100, folder);  // warm
  const double base = MeasureOften(kFlat, 100, folder).seconds_a_node;
  for (const uint32_t size : shape.sizes) {
    if (size / shape.executions == 0) continue;
    const Timing timing = MeasureOften(shape, shape.executions > 1 ? size / shape.executions : size, folder);
    const bool chain = shape.kind == Kind::kChain && shape.executions == 1;
    const char* goal = size < 100 ? "" : " (goal at most 2.00)";
    std::printf(
        "%-12s %6u nodes %8.0f transitions/s %8.0f per processor second   to a node of a fan-out of 100: %5.2f%s",
        std::string(shape.name).c_str(), size, timing.transitions_a_second, timing.transitions_a_cpu_second,
        timing.seconds_a_node / base, chain ? "" : goal);
    if (chain) std::printf("   to a disk sync: %4.2f%s", timing.seconds_a_node * SyncsPerSecond(folder), goal);
    std::printf("\n");
    std::fflush(stdout);
  }
}

int Main(const std::string& parent, std::string_view only) {
  const auto folder = std::filesystem::path(parent) / ("bench_engine_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  for (const Shape& shape : {kFlat, Shape{"chain", Kind::kChain}, Shape{"100 chains", Kind::kChain, 100},
                             Shape{"map", Kind::kMap}, Shape{"nested", Kind::kNested, 1, {10, 100, 150}}}) {
    if (only.empty() || only == shape.name) Print(shape, folder);
  }
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace sandbox

int main(int argc, char** argv) {
  return sandbox::Main(argc > 1 ? argv[1] : std::filesystem::temp_directory_path().string(), argc > 2 ? argv[2] : "");
}
