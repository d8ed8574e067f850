// An object store that refuses writes: for a moment, and for good.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "sim/process.h"

namespace sandbox::executor {
namespace {

using namespace std::chrono_literals;
using model::ExecutionPhase;

const ExecutionId kExecution{"p", "d", "run"};

Error Refusal(Code code) { return {code, "DISK_FULL", "while writing /objects/tmp/7: No space left on device"}; }

struct Bench {
  Bench() {
    process = std::make_unique<sim::Process>(
        sim::Machine{clock, engine, objects, *store, feed, [] { return Duration(1); }}, graph, sim::Bug::kNone);
    process->Recover();
    Settle();
  }
  void Settle() {
    while (process->RunPosted() || process->RunWorker(0) || store->Flush() > 0 || process->DeliverReport(0, false)) {
    }
  }
  void Launch() {
    process->core.Launch(graph.Launch(kExecution, clock.now),
                         [](const Status& status) { REQUIRE(status.has_value()); });
    Settle();
  }
  // Fires the timers on the way.
  void Pass(Duration time) {
    const Instant end = clock.now + time;
    while (clock.now < end) {
      clock.now += 100ms;
      process->runner.Progress();
      while (process->FireTimer()) {
      }
      Settle();
    }
  }
  ExecutionPhase Phase() {
    return store->Query([](MetadataReader& reader) { return reader.FindExecution(kExecution); })->phase;
  }
  std::vector<WriteTrouble> Troubles() { return process->core.WriteTroubles(); }

  const sim::SimGraph graph = sim::BuildSimGraph({{}}, {});
  sim::FakeClock clock;
  sim::FakeObjects objects;
  sim::FakeEngine engine;
  feed::Feed feed;
  std::unique_ptr<store::SyncStore> store = *store::SyncStore::Open();
  std::unique_ptr<sim::Process> process;
};

}  // namespace

TEST_CASE("a disk that is full for a while holds an execution up, and says so") {
  Bench bench;
  bool full = true;
  bench.objects.on_commit = [&](std::string_view) {
    return full ? Status(std::unexpected(Refusal(Code::kResourceExhausted))) : Status();
  };
  const Instant begun = bench.clock.now;
  bench.Launch();
  bench.Pass(30s);
  CHECK(bench.Phase() == ExecutionPhase::kUndefined);
  REQUIRE(bench.Troubles().size() == 1);
  const WriteTrouble trouble = bench.Troubles()[0];
  CHECK(trouble.message.contains("s3://my-s3-bucket/metadata/p/d/run/inputs"));
  CHECK(trouble.message.contains("/objects/tmp/7: No space left on device"));
  CHECK(trouble.since == begun);
  CHECK(trouble.failures > 5);
  full = false;
  bench.Pass(30s);
  CHECK(bench.Troubles().empty());
  CHECK(bench.Phase() == ExecutionPhase::kSucceeded);
}

TEST_CASE("what was written before a failure is not written again") {
  Bench bench;
  std::map<std::string, int, std::less<>> tries;
  bench.objects.on_commit = [&](std::string_view key) {
    const bool refused = ++tries[std::string(key)] == 1 && key.ends_with("/user_inputs");
    return refused ? Status(std::unexpected(Refusal(Code::kUnavailable))) : Status();
  };
  bench.Launch();
  bench.Pass(30s);
  CHECK(tries["metadata/p/d/run/inputs"] == 1);
  CHECK(tries["metadata/p/d/run/user_inputs"] == 2);
  CHECK(bench.Phase() == ExecutionPhase::kSucceeded);
}

TEST_CASE("an attempt whose inputs cannot be written for a moment starts a little later") {
  Bench bench;
  int left = 3;
  bench.objects.on_commit = [&](std::string_view key) {
    const bool refused = key.ends_with("/n0/data/inputs.pb") && left-- > 0;
    return refused ? Status(std::unexpected(Refusal(Code::kUnavailable))) : Status();
  };
  bench.Launch();
  bench.Pass(30s);
  CHECK(left < 0);
  CHECK(bench.Phase() == ExecutionPhase::kSucceeded);
}

TEST_CASE("a disk that stays full, or fails for good, stops the process") {
  const auto [code, time] = GENERATE(table<Code, Duration>({{Code::kResourceExhausted, 2min}, {Code::kInternal, 1s}}));
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    close(STDERR_FILENO);
    std::signal(SIGABRT, SIG_DFL);
    Bench bench;
    bench.objects.on_commit = [code](std::string_view) { return Status(std::unexpected(Refusal(code))); };
    bench.Launch();
    bench.Pass(time);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
}

}  // namespace sandbox::executor
