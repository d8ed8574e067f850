// Executions of a no-op container, eight clients that each look every 20 ms whether theirs has ended, against the same
// containers through the bare Docker API, eight at a time; by turns, both sides without an interpreter.
//
//   bench_clients HOST:PORT [EXECUTIONS of a round [LOOK_MS]]

#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>
#include <vector>

#include "bench/admin_client.h"
#include "docker/client.h"

namespace sandbox::bench {
namespace {

constexpr int kAtOnce = 8, kRounds = 3;

double SandboxSeconds(const std::string& endpoint, const std::string& task, int count, int look_ms) {
  static int round = 0;
  const std::string prefix = "c" + std::to_string(++round) + "x";
  std::atomic<int> next = 0;
  std::vector<std::thread> clients;
  const auto began = Clock::now();
  for (int client = 0; client < kAtOnce; ++client) {
    clients.emplace_back([&, client] {
      const auto stub = Connect(endpoint);
      for (int i = next++; i < count; i = next++) {
        const std::string name = Unique(prefix, client, i);
        CreateExecution(*stub, task, name);
        auto phase = flyteidl::core::WorkflowExecution::UNDEFINED;
        while (phase < flyteidl::core::WorkflowExecution::SUCCEEDED ||
               phase == flyteidl::core::WorkflowExecution::FAILING) {
          std::this_thread::sleep_for(std::chrono::milliseconds(look_ms));
          phase = PhaseOf(*stub, name);
        }
        if (phase == flyteidl::core::WorkflowExecution::SUCCEEDED) continue;
        std::fprintf(stderr, "%s ended as %d\n", name.c_str(), static_cast<int>(phase));
        std::exit(1);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  return SecondsSince(began);
}

// Create, start, wait, remove.
class RawEngine {
 public:
  explicit RawEngine(const docker::EngineAddress& engine) : client_(loop_.get_executor(), engine) {}

  double Seconds(int count) {
    int started = 0;
    done_ = 0;
    const auto began = Clock::now();
    while (done_ < count) {
      for (; started < count && started - done_ < kAtOnce; ++started)
        boost::asio::co_spawn(loop_, One(), boost::asio::detached);
      loop_.restart();
      loop_.run_one_for(std::chrono::seconds(1));
    }
    return SecondsSince(began);
  }

 private:
  boost::asio::awaitable<void> One() {
    docker::ContainerConfig config;
    config.name = Cat("bench-raw-", ::getpid(), "-", ++number_);
    config.image = "busybox:latest";
    config.cmd = {"true"};
    config.nano_cpus = 200'000'000;
    config.memory_bytes = 1 << 30;
    const auto id = co_await client_.Create(config);
    if (!id) Fail("create", id.error());
    if (auto started = co_await client_.Start(*id); !started) Fail("start", started.error());
    auto watch = co_await client_.Watch(*id, docker::WaitFor::kNotRunning);
    if (!watch) Fail("wait", watch.error());
    if (auto exit = co_await (*watch)->Exit(); !exit) Fail("wait", exit.error());
    if (auto removed = co_await client_.Remove(*id); !removed) Fail("remove", removed.error());
    ++done_;
  }

  [[noreturn]] static void Fail(const char* what, const Error& error) {
    std::fprintf(stderr, "%s: %s\n", what, error.message.c_str());
    std::exit(1);
  }

  boost::asio::io_context loop_;
  docker::Client client_;
  int number_ = 0, done_ = 0;
};

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_clients HOST:PORT [EXECUTIONS of a round [LOOK_MS]]\n");
    return 2;
  }
  const std::string endpoint = argv[1];
  const int count = argc > 2 ? std::atoi(argv[2]) : 64, look_ms = argc > 3 ? std::atoi(argv[3]) : 20;
  const auto engine = docker::ResolveEngine("");
  if (!engine) {
    std::fprintf(stderr, "%s\n", engine.error().message.c_str());
    return 1;
  }
  RawEngine raw(*engine);
  const std::string task = Unique("bench.clients", 0, 0);
  CreateTask(*Connect(endpoint), task, "200m", false);
  SandboxSeconds(endpoint, task, kAtOnce, look_ms);
  raw.Seconds(kAtOnce);
  double sandbox_seconds = 0, raw_seconds = 0;
  for (int round = 0; round < kRounds; ++round) {
    sandbox_seconds += SandboxSeconds(endpoint, task, count, look_ms);
    raw_seconds += raw.Seconds(count);
  }
  std::printf(
      "no-op eight at a time, clients that look every %d ms: sandbox %.2f/s   raw API %.2f/s   ratio %.2f (goal at "
      "least 0.95)\n",
      look_ms, kRounds * count / sandbox_seconds, kRounds * count / raw_seconds, raw_seconds / sandbox_seconds);
  return 0;
}

}  // namespace
}  // namespace sandbox::bench

int main(int argc, char** argv) { return sandbox::bench::Main(argc, argv); }
