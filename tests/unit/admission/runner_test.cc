#include <algorithm>
#include <catch2/catch.hpp>

#include "pods/admission/admission_runner.h"
#include "sim/fakes.h"

using namespace sandbox;
using namespace sandbox::pods;

namespace {

class RecordingRunner final : public ContainerRunner {
 public:
  void OnReport(std::function<void(PodReport)> callback) override { report = std::move(callback); }
  void Start(PodSpec spec) override { said += "start " + spec.name + "; "; }
  void Stop(const AttemptId& id, Duration) override { said += "stop " + id.node.node + "; "; }
  void Release(const AttemptId& id) override { said += "release " + id.node.node + "; "; }
  void Sweep(const std::vector<AttemptId>&) override { said += "sweep; "; }

  std::function<void(PodReport)> report;
  std::string said;
};

PodSpec Pod(const std::string& name, int64_t cpu) {
  PodSpec out;
  out.id = {{{"p", "d", "x"}, name}, 0};
  out.name = name;
  out.containers.push_back({.name = name, .cpu_request_millis = cpu});
  return out;
}

struct World {
  World() {
    admission.OnReport([this](const PodReport& report) {
      const model::WaitWords words = model::WordsOf(report.wait);
      said += Cat(report.id.node.node, " ", words.status, ": ", words.sentence, "\n");
      admitted = report.facts.at.admitted;
    });
  }
  void Settle() {
    while (!loop.posted.empty()) {
      auto task = std::move(loop.posted.front());
      loop.posted.pop_front();
      task();
    }
  }
  void End(const std::string& name) {
    PodReport report;
    report.id = {{{"p", "d", "x"}, name}, 0};
    report.state = PodState::kFinished;
    inner.report(report);
  }
  sim::FakeLoop loop{false};
  sim::FakeClock clock;
  RecordingRunner inner;
  AdmissionRunner admission{inner, loop, clock, {2000, 0}};
  std::string said;
  Instant admitted{};
};

}  // namespace

TEST_CASE_METHOD(World, "What the pods use is known while they run", "[admission]") {
  CHECK(admission.Load().running == 0);
  admission.Start(Pod("a", 1500));
  admission.Start(Pod("b", 1000));
  CHECK(admission.Load().used.cpu_millis == 1500);
  CHECK(admission.Load().running == 1);
  CHECK(admission.Load().waiting == 1);
  End("a");
  CHECK(admission.Load().used.cpu_millis == 1000);
  CHECK(admission.Load().waiting == 0);
  admission.Stop({{{"p", "d", "x"}, "b"}, 0}, {});
  End("b");
  CHECK(admission.Load().running == 0);
  CHECK(admission.Load().used.cpu_millis == 0);
}

TEST_CASE_METHOD(World, "A pod waits, is told so once, and starts when another ends", "[admission]") {
  admission.Start(Pod("a", 1500));
  admission.Start(Pod("b", 1000));
  admission.Start(Pod("b", 1000));
  Settle();
  CHECK(inner.said == "start a; ");
  CHECK(said == "b WaitingForResources: waits for cpu: needs 1, 500m of 2 free\n");
  End("a");
  CHECK(inner.said == "start a; start b; ");
  admission.Start(Pod("b", 1000));
  CHECK(inner.said == "start a; start b; start b; ");  // the runner tells again how it is
}

TEST_CASE_METHOD(World, "Held, nothing starts and who waits is told for what; what runs goes on", "[admission]") {
  admission.Start(Pod("a", 100));
  admission.Hold(model::Shortage{"disk", 256 << 20, 1 << 20, 1 << 30});
  admission.Start(Pod("b", 100));
  Settle();
  CHECK(inner.said == "start a; ");
  CHECK(said == "b WaitingForResources: waits for disk: needs 256Mi, 1Mi of 1Gi free\n");
  End("a");
  CHECK(inner.said == "start a; ");
  admission.Hold(std::nullopt);
  CHECK(inner.said == "start a; start b; ");
}

TEST_CASE_METHOD(World, "Who waits hears when its amounts change; who starts, since when", "[admission]") {
  admission.Start(Pod("a", 1500));
  admission.Start(Pod("c", 400));
  admission.Start(Pod("b", 1000));
  admission.Start(Pod("d", 1000));
  Settle();
  CHECK(said ==
        "b WaitingForResources: waits for cpu: needs 1, 100m of 2 free\n"
        "d WaitingForResources: waits for cpu: needs 1, 100m of 2 free; 1 before it: x/b\n");
  said.clear();
  while (loop.FireTimer(clock.now + std::chrono::seconds(1))) continue;
  CHECK(said.empty());  // as it was told
  clock.now += std::chrono::seconds(5);
  End("c");
  CHECK(admitted == clock.now - std::chrono::seconds(5));
  said.clear();
  while (loop.FireTimer(clock.now + std::chrono::seconds(1))) continue;
  CHECK(said ==
        "b WaitingForResources: waits for cpu: needs 1, 500m of 2 free\n"
        "d WaitingForResources: waits for cpu: needs 1, 500m of 2 free; 1 before it: x/b\n");
}

TEST_CASE_METHOD(World, "Of many that wait each is told once, together, with its place", "[admission]") {
  constexpr int kPods = 400, kGone = 350;
  for (int i = 0; i < kPods; ++i) {
    admission.Start(Pod("n" + std::to_string(i), 1500));  // the first one runs
    Settle();
  }
  admission.Stop({{{"p", "d", "x"}, "n" + std::to_string(kGone)}, 0}, {});
  Settle();
  CHECK(std::ranges::count(said, '\n') < kPods - 1);
  while (loop.FireTimer(clock.now + std::chrono::milliseconds(300))) continue;
  for (int i = 1; i < kPods; ++i) {
    CAPTURE(i);
    const std::string line = Cat("\nn", i, " WaitingForResources: ");
    const size_t at = ("\n" + said).find(line);
    REQUIRE((at != std::string::npos) == (i != kGone));
  }
  CHECK(said.find(Cat("\nn399 WaitingForResources: waits for cpu: needs 1500m, 500m of 2 free; 397 before it")) !=
        std::string::npos);
}

TEST_CASE_METHOD(World, "What is stopped does not start, and what earlier processes began does not wait",
                 "[admission]") {
  admission.Start(Pod("a", 2000));
  admission.Start(Pod("b", 2000));
  PodSpec resumed = Pod("c", 2000);
  resumed.resumed = true;
  admission.Start(resumed);
  admission.Stop(Pod("b", 0).id, {});
  Settle();
  End("a");
  End("c");
  CHECK(inner.said == "start a; start c; stop b; ");
  CHECK(said == "a : \nc : \n");
}

TEST_CASE_METHOD(World, "What can never fit is refused, also when the capacity is known only later", "[admission]") {
  admission.Start(Pod("a", 2001));
  Settle();
  CHECK(said.starts_with(
      "a ResourceRequestsExceedLimits: requested resources exceed limits: cpu: needs 2001m, this machine has 2"));
  admission.Start(Pod("b", 2000));
  admission.Start(Pod("c", 2000));
  admission.Start(Pod("d", 500));
  Settle();
  said.clear();
  admission.SetCapacity({1000, 0});
  CHECK(said.starts_with("c ResourceRequestsExceedLimits"));
  End("b");
  CHECK(inner.said == "start b; start d; ");
}

TEST_CASE_METHOD(World, "After a restart those that may run already are counted first", "[admission]") {
  PodSpec runs = Pod("a", 1500);
  runs.resumed = true;
  const PodSpec waited = Pod("b", 1000);
  admission.Sweep({runs.id, waited.id});
  admission.Start(waited);
  CHECK(inner.said == "sweep; ");
  admission.Start(runs);
  CHECK(inner.said == "sweep; start a; ");
  End("a");
  CHECK(inner.said == "sweep; start a; start b; ");
}

TEST_CASE_METHOD(World, "One that is never heard of again holds the others up for ten seconds only", "[admission]") {
  admission.Sweep({Pod("gone", 0).id});
  admission.Start(Pod("b", 1000));
  Settle();
  CHECK(inner.said == "sweep; ");
  clock.now += std::chrono::seconds(10);
  while (loop.FireTimer(clock.now)) continue;
  CHECK(inner.said == "sweep; start b; ");
}

TEST_CASE("A pod takes what its containers take together, or its largest init container", "[admission]") {
  PodSpec pod = Pod("a", 500);
  pod.containers.push_back(
      {.name = "side", .cpu_limit_millis = 250, .memory_request_bytes = 5, .memory_limit_bytes = 9});
  pod.containers.push_back(
      {.name = "init", .cpu_request_millis = 600, .memory_limit_bytes = 7, .role = ContainerRole::kInit});
  CHECK(DemandOf(pod) == Resources{750, 7});
  pod.mostly_waits = true;
  CHECK(DemandOf(pod) == Resources{0, 7});
}

TEST_CASE_METHOD(World, "What has ended while it waited leaves its room to the next, before its stop comes",
                 "[admission]") {
  admission.SetWanted([](const AttemptId& id) { return id.node.node != "b"; });
  admission.Start(Pod("a", 2000));
  admission.Start(Pod("b", 2000));
  admission.Start(Pod("c", 2000));
  End("a");
  CHECK(inner.said == "start a; start c; ");
  admission.Stop(Pod("b", 0).id, {});
  CHECK(inner.said == "start a; start c; stop b; ");
}
