#include "ports/container_runner.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace sandbox::testing {
namespace {

using namespace std::chrono_literals;

// The words in which the suite is written.
class Suite {
 public:
  explicit Suite(const MakeBench& make) : bench_(make()) {}

  PodSpec Pod(const std::vector<Part>& parts, EndRule rule = EndRule::kPrimary) {
    PodSpec pod = bench_->Pod("p" + std::to_string(++pods_), parts);
    pod.end_rule = rule;
    const auto primary = std::ranges::find(pod.containers, std::string("main"), &ContainerSpec::name);
    pod.primary = static_cast<size_t>(primary - pod.containers.begin());
    return pod;
  }
  PodSpec Pod(Act act) { return Pod({{"main", act}}); }

  void Start(const PodSpec& pod) { bench_->Runner().Start(pod); }
  void Stop(const PodSpec& pod) { bench_->Runner().Stop(pod.id, 1s); }
  void Release(const PodSpec& pod) { bench_->Runner().Release(pod.id); }
  void Sweep(const std::vector<AttemptId>& alive) { bench_->Runner().Sweep(alive); }
  void Restart() { bench_->Restart(); }
  void RemoveByHand(const PodSpec& pod) { bench_->RemoveByHand(pod); }

  PodReport AwaitEnd(const PodSpec& pod) {
    bench_->Until("the end of " + pod.name, [&] { return Saw(pod, PodState::kFinished) || Saw(pod, PodState::kLost); });
    return bench_->reports[pod.id].back();
  }
  PodReport RunToEnd(const PodSpec& pod) {
    Start(pod);
    return AwaitEnd(pod);
  }
  void StartAndAwaitRunning(const PodSpec& pod) {
    Start(pod);
    bench_->Until(pod.name + " runs", [&] { return Saw(pod, PodState::kRunning); });
  }
  void AwaitWait(const PodSpec& pod, model::PodWait code) {
    bench_->Until(pod.name + " waits", [&] {
      return std::ranges::any_of(bench_->reports[pod.id],
                                 [&](const PodReport& report) { return report.wait.code == code; });
    });
  }
  void AwaitRemoval(const PodSpec& pod) {
    bench_->Until("the removal of " + pod.name, [&] { return !bench_->Exists(pod); });
  }
  bool Exists(const PodSpec& pod) { return bench_->Exists(pod); }
  size_t Reports(const PodSpec& pod) { return bench_->reports[pod.id].size(); }
  void AwaitReports(const PodSpec& pod, size_t count) {
    bench_->Until("another report of " + pod.name, [&] { return Reports(pod) >= count; });
  }
  bool Saw(const PodSpec& pod, PodState state) {
    return std::ranges::any_of(bench_->reports[pod.id], [&](const PodReport& each) { return each.state == state; });
  }

 private:
  std::unique_ptr<RunnerBench> bench_;
  int pods_ = 0;
};

std::vector<std::string> Names(const PodReport& report) {
  std::vector<std::string> out;
  for (const ContainerEnd& end : report.containers) out.push_back(end.name);
  return out;
}

void CheckEnds(Suite& suite) {
  SECTION("success") {
    const PodSpec pod = suite.Pod(Act::kSucceeds);
    const PodReport end = suite.RunToEnd(pod);
    REQUIRE(end.state == PodState::kFinished);
    CHECK(end.id == pod.id);
    REQUIRE(Names(end) == std::vector<std::string>{"main"});
    CHECK(end.containers[0].exit_code == 0);
    CHECK(end.containers[0].reason == EndReason::kCompleted);
    CHECK_FALSE(end.deadline_exceeded);
    CHECK(end.occurred_at > Instant{});
  }
  SECTION("failure") {
    const PodReport end = suite.RunToEnd(suite.Pod(Act::kFails));
    REQUIRE(end.state == PodState::kFinished);
    CHECK(end.containers.at(0).exit_code == 3);
    CHECK(end.containers.at(0).reason == EndReason::kError);
  }
  SECTION("want of memory") {
    const PodReport end = suite.RunToEnd(suite.Pod(Act::kRunsOutOfMemory));
    CHECK(end.containers.at(0).reason == EndReason::kOomKilled);
  }
  SECTION("a program that is not there") {
    const PodSpec pod = suite.Pod(Act::kHasNoProgram);
    const PodReport end = suite.RunToEnd(pod);
    REQUIRE(end.state == PodState::kFinished);
    CHECK(end.containers.at(0).exit_code == 128);
    CHECK(end.containers.at(0).reason == EndReason::kStartError);
  }
  SECTION("an image that is not there: waits, and can be stopped") {
    const PodSpec pod = suite.Pod(Act::kHasNoImage);
    suite.Start(pod);
    suite.AwaitWait(pod, model::PodWait::kImageMissing);
    CHECK_FALSE(suite.Saw(pod, PodState::kRunning));
    suite.Stop(pod);
    suite.AwaitEnd(pod);
    suite.Release(pod);
    suite.AwaitRemoval(pod);
  }
  SECTION("a pod that someone removes is lost") {
    const PodSpec pod = suite.Pod(Act::kWaits);
    suite.StartAndAwaitRunning(pod);
    suite.RemoveByHand(pod);
    CHECK(suite.AwaitEnd(pod).state == PodState::kLost);
  }
  SECTION("a pod that runs for too long") {
    PodSpec pod = suite.Pod(Act::kWaits);
    pod.active_max = 1s;
    pod.stop_grace = 1s;
    const PodReport end = suite.RunToEnd(pod);
    REQUIRE(end.state == PodState::kFinished);
    CHECK(end.deadline_exceeded);
    CHECK(Names(end) == std::vector<std::string>{"main"});
  }
}

void CheckCalls(Suite& suite) {
  SECTION("a start of what runs adopts it, and says again how it is") {
    const PodSpec pod = suite.Pod(Act::kWaits);
    suite.StartAndAwaitRunning(pod);
    SECTION("in the same process") {
      const size_t before = suite.Reports(pod);
      suite.Start(pod);
      suite.AwaitReports(pod, before + 1);
    }
    SECTION("after a restart") {
      suite.Restart();
      suite.StartAndAwaitRunning(pod);
    }
    suite.Stop(pod);
    CHECK(suite.AwaitEnd(pod).state == PodState::kFinished);
  }
  SECTION("a start of what has ended tells that end") {
    const PodSpec pod = suite.Pod(Act::kFails);
    suite.RunToEnd(pod);
    SECTION("in the same process") {
      const size_t before = suite.Reports(pod);
      suite.Start(pod);
      suite.AwaitReports(pod, before + 1);
    }
    SECTION("after a restart") { suite.Restart(); }
    CHECK(suite.RunToEnd(pod).containers.at(0).exit_code == 3);
  }
  SECTION("a stop ends what runs, and is idempotent") {
    const PodSpec pod = suite.Pod(Act::kWaits);
    suite.StartAndAwaitRunning(pod);
    suite.Stop(pod);
    suite.Stop(pod);
    const PodReport end = suite.AwaitEnd(pod);
    REQUIRE(end.state == PodState::kFinished);
    CHECK(end.containers.at(0).exit_code > 128);
    CHECK(end.containers.at(0).reason == EndReason::kError);
  }
  SECTION("a stop of what an earlier process started") {
    const PodSpec pod = suite.Pod(Act::kWaits);
    suite.StartAndAwaitRunning(pod);
    suite.Restart();
    suite.Stop(pod);
    CHECK(suite.AwaitEnd(pod).state == PodState::kFinished);
  }
  SECTION("a stop of what nobody started") {
    const PodSpec pod = suite.Pod(Act::kWaits);
    suite.Stop(pod);
    CHECK(suite.AwaitEnd(pod).state == PodState::kLost);
    CHECK_FALSE(suite.Exists(pod));
  }
  SECTION("a release removes, once or twice, known or not") {
    const PodSpec pod = suite.Pod({{"main", Act::kSucceeds}, {"helper", Act::kWaits}});
    suite.RunToEnd(pod);
    CHECK(suite.Exists(pod));
    if (GENERATE(false, true)) suite.Restart();
    suite.Release(pod);
    suite.Release(pod);
    suite.AwaitRemoval(pod);
    suite.Release(pod);
  }
  SECTION("a sweep removes what nobody owns, and nothing else") {
    const PodSpec orphan = suite.Pod({{"main", Act::kWaits}, {"helper", Act::kWaits}});
    const PodSpec alive = suite.Pod(Act::kWaits);
    suite.StartAndAwaitRunning(orphan);
    suite.StartAndAwaitRunning(alive);
    suite.Restart();
    suite.Sweep({alive.id});
    suite.AwaitRemoval(orphan);
    CHECK(suite.Exists(alive));
  }
}

void CheckGroups(Suite& suite) {
  const Part prep{"prep", Act::kSucceeds, ContainerRole::kInit};
  SECTION("a primary decides at once") {
    const PodSpec pod = suite.Pod({prep, {"helper", Act::kWaits}, {"main", Act::kFails}});
    const PodReport end = suite.RunToEnd(pod);
    REQUIRE(Names(end) == std::vector<std::string>{"prep", "main"});
    CHECK(end.containers[1].exit_code == 3);
    suite.Release(pod);
    suite.AwaitRemoval(pod);
  }
  SECTION("else the last one ends the pod") {
    const PodSpec pod = suite.Pod({prep, {"helper", Act::kFails}, {"main", Act::kSucceeds}}, EndRule::kLast);
    const PodReport end = suite.RunToEnd(pod);
    REQUIRE(Names(end) == std::vector<std::string>{"prep", "helper", "main"});
    CHECK(end.containers[1].exit_code == 3);
    CHECK(end.containers[2].reason == EndReason::kCompleted);
  }
  SECTION("and a stop is needed while one of them runs") {
    const PodSpec pod = suite.Pod({{"helper", Act::kWaits}, {"main", Act::kWaits}}, EndRule::kLast);
    suite.StartAndAwaitRunning(pod);
    suite.Stop(pod);
    CHECK(suite.AwaitEnd(pod).state == PodState::kFinished);
    suite.Release(pod);
    suite.AwaitRemoval(pod);
  }
  SECTION("an init container that fails ends the pod; the others never run") {
    const EndRule rule = GENERATE(EndRule::kPrimary, EndRule::kLast);
    const PodSpec pod = suite.Pod({prep, {"bad", Act::kFails, ContainerRole::kInit}, {"main"}, {"helper"}}, rule);
    const PodReport end = suite.RunToEnd(pod);
    REQUIRE(Names(end) == std::vector<std::string>{"prep", "bad"});
    CHECK(end.containers[1].exit_code == 3);
    CHECK_FALSE(suite.Saw(pod, PodState::kRunning));
  }
  SECTION("a sidecar goes with the pod") {
    const EndRule rule = GENERATE(EndRule::kPrimary, EndRule::kLast);
    const Act act = GENERATE(Act::kWaits, Act::kFails);
    const PodSpec pod = suite.Pod({{"proxy", act, ContainerRole::kSidecar}, {"main"}}, rule);
    const PodReport end = suite.RunToEnd(pod);
    REQUIRE(Names(end) == std::vector<std::string>{"main"});
    CHECK(end.containers[0].reason == EndReason::kCompleted);
    suite.Release(pod);
    suite.AwaitRemoval(pod);
  }
  SECTION("a helper without an image holds the pod up") {
    const PodSpec pod = suite.Pod({{"helper", Act::kHasNoImage}, {"main"}}, EndRule::kLast);
    suite.Start(pod);
    suite.AwaitWait(pod, model::PodWait::kImageMissing);
    CHECK_FALSE(suite.Saw(pod, PodState::kRunning));
    suite.Stop(pod);
    suite.AwaitEnd(pod);
    suite.Release(pod);
    suite.AwaitRemoval(pod);
  }
  SECTION("a group that runs for too long: every end is told") {
    PodSpec pod = suite.Pod({{"helper", Act::kWaits}, {"main", Act::kWaits}});
    pod.active_max = 8s;  // time enough to start both
    pod.stop_grace = 1s;
    const PodReport end = suite.RunToEnd(pod);
    CHECK(end.deadline_exceeded);
    CHECK(Names(end) == std::vector<std::string>{"helper", "main"});
  }
}

}  // namespace

void CheckContainerRunner(const MakeBench& make) {
  Suite suite(make);
  SECTION("ends") { CheckEnds(suite); }
  SECTION("calls") { CheckCalls(suite); }
  SECTION("groups") { CheckGroups(suite); }
}

}  // namespace sandbox::testing
