// Jobs at connector services, in simulated time.

#include "connectors/connector_jobs.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/fakes.h"
#include "unit/connectors/fake_connectors.h"

using namespace sandbox;
using namespace std::chrono_literals;
using engine::JobReported;
using model::TaskPhase;
using testing::FakeConnectors;
using testing::FakeService;

namespace {

constexpr const char* kAddress = "here:1";

struct Bench {
  explicit Bench(std::vector<ConnectorEndpoint> endpoints = {{kAddress, {}}}) : client(services) {
    for (const ConnectorEndpoint& endpoint : endpoints) services[endpoint.address];
    services[kAddress].connectors = {{{{"query", 0}, {"query", 2}}, false}, {{{"ask", 0}}, true}};
    const bool none = endpoints.empty();
    jobs = std::make_unique<connectors::ConnectorJobs>(
        none ? nullptr : &client, loop, clock, std::move(endpoints),
        connectors::ConnectorJobs::Callbacks{
            [this](JobReported report, const JobType&) { reports.push_back(std::move(report)); },
            [this](engine::ConnectorTypes now) { types = std::move(now); },
            [this](const AttemptId& id) { deleted.push_back(id); }});
    jobs->Open();
  }
  FakeService& Service() { return services[kAddress]; }
  void Settle() {
    bool any = true;
    while (any) {
      any = client.Answer() || loop.FireTimer(clock.now);
      if (loop.posted.empty()) continue;
      auto task = std::move(loop.posted.front());
      loop.posted.pop_front();
      task();
      any = true;
    }
  }
  // Lets time pass, timer by timer.
  void Pass(Duration time) {
    const Instant end = clock.now + time;
    Settle();
    for (auto next = loop.NextTimer(); next && *next <= end; next = loop.NextTimer()) {
      clock.now = std::max(clock.now, *next);
      Settle();
    }
    clock.now = end;
  }
  static JobRequest Request(const std::string& type, int version = 0, const std::string& node = "n0") {
    JobRequest out;
    out.id = {{{"p", "d", "e"}, node}, 0};
    out.type = {type, version};
    out.output_prefix = "s3://x";
    return out;
  }
  size_t Count(const std::string& call) { return static_cast<size_t>(std::ranges::count(Service().calls, call)); }
  std::vector<std::string> Waits() const {
    std::vector<std::string> out;
    for (const JobReported& report : reports) {
      if (report.what == JobReported::What::kWaits) out.push_back(report.message);
    }
    return out;
  }

  sim::FakeClock clock;
  sim::FakeLoop loop{false};
  std::map<std::string, FakeService> services;
  FakeConnectors client;
  std::vector<JobReported> reports;
  engine::ConnectorTypes types;
  std::vector<AttemptId> deleted;
  std::unique_ptr<connectors::ConnectorJobs> jobs;
};

Result<JobResource> In(TaskPhase phase) { return JobResource{.phase = phase}; }
Error Refused(Code code = Code::kInternal) {
  return {code, "CONNECTOR", "rpc error: code = Internal desc = broken", SideEffect::kUnknown, {}};
}

TEST_CASE("a job is created once, and asked how it is only when its name is durable", "[jobs]") {
  Bench bench;
  bench.jobs->Start(Bench::Request("query", 2), std::nullopt);
  bench.jobs->Start(Bench::Request("query", 2), std::nullopt);
  bench.Pass(60s);
  CHECK(bench.Service().calls == std::vector<std::string>{"create"});
  REQUIRE(bench.reports.size() == 1);
  CHECK(bench.reports[0].what == JobReported::What::kCreated);
  CHECK(bench.reports[0].job == "job-1");
  bench.jobs->Watch(Bench::Request("query").id);
  bench.Pass(900ms);
  CHECK(bench.Count("get job-1") == 0);
  bench.Pass(200ms);
  CHECK(bench.Count("get job-1") == 1);
}

TEST_CASE("pauses between polls grow to ten seconds; only news are reported", "[jobs]") {
  Bench bench;
  bench.jobs->Start(Bench::Request("query"), "job-1");
  bench.Service().jobs["job-1"] = {};
  bench.Pass(0s);
  CHECK(bench.Count("get job-1") == 1);
  bench.Pass(60s);
  const size_t in_a_minute = bench.Count("get job-1");
  CHECK(in_a_minute > 8);
  CHECK(in_a_minute < 16);
  bench.Pass(100s);
  CHECK(bench.Count("get job-1") - in_a_minute == 10);
  CHECK(bench.reports.size() == 1);
  bench.Service().state = [](const FakeService::Job&) { return In(TaskPhase::kSucceeded); };
  bench.Pass(10s);
  CHECK(bench.reports.size() == 2);
  CHECK(bench.reports.back().resource.phase == TaskPhase::kSucceeded);
  const size_t polls = bench.Count("get job-1");
  bench.Pass(60s);
  CHECK(bench.Count("get job-1") == polls);
}

TEST_CASE("a synchronous connector is executed, never created or asked", "[jobs]") {
  Bench bench;
  bench.Service().state = [](const FakeService::Job&) { return In(TaskPhase::kSucceeded); };
  bench.jobs->Start(Bench::Request("ask"), std::nullopt);
  bench.Pass(60s);
  CHECK(bench.Service().calls == std::vector<std::string>{"execute"});
  REQUIRE(bench.reports.size() == 1);
  CHECK(bench.reports[0].resource.phase == TaskPhase::kSucceeded);

  Bench unready;
  unready.jobs->Start(Bench::Request("ask"), std::nullopt);
  unready.Pass(60s);
  REQUIRE(unready.reports.size() == 1);
  CHECK(unready.reports[0].what == JobReported::What::kFailed);
  CHECK(unready.reports[0].retryable);
  CHECK(unready.reports[0].message ==
        "a synchronous connector answers when its work is done; here:1 answered with phase RUNNING");

  Bench broken;
  broken.Service().state = [](const FakeService::Job&) -> Result<JobResource> { return std::unexpected(Refused()); };
  broken.jobs->Start(Bench::Request("ask"), std::nullopt);
  broken.Pass(60s);
  CHECK(broken.reports[0].message == "failed to receive stream from server rpc error: code = Internal desc = broken");
  CHECK(broken.reports[0].retryable);
}

TEST_CASE("a service that is away is waited for, with one reason an outage", "[jobs]") {
  Bench bench;
  bench.Pass(1s);
  bench.Service().away = true;
  bench.jobs->Start(Bench::Request("query"), std::nullopt);
  bench.Pass(600s);
  const std::string away =
      "the connector service at here:1 does not answer, and is asked again until it does: rpc error: code = "
      "Unavailable desc = gone";
  CHECK(bench.Waits() == std::vector<std::string>{away});
  CHECK(bench.Service().calls.empty());
  bench.Service().away = false;
  bench.Pass(31s);
  CHECK(bench.Count("create") == 1);
  bench.jobs->Watch(Bench::Request("query").id);
  bench.Pass(2s);
  bench.Service().away = true;
  bench.Pass(60s);
  bench.Service().away = false;
  bench.Pass(31s);
  CHECK(bench.Waits() == std::vector<std::string>{away, away, "the connector service at here:1 answers again"});
}

TEST_CASE("a connector that cannot create the job ends the attempt, which may be tried again", "[jobs]") {
  Bench bench;
  bench.Service().refuse = [](const JobRequest&) -> Result<std::string> { return std::unexpected(Refused()); };
  bench.jobs->Start(Bench::Request("query"), std::nullopt);
  bench.Pass(60s);
  CHECK(bench.Count("create") == 1);
  REQUIRE(bench.reports.size() == 1);
  CHECK(bench.reports[0].what == JobReported::What::kFailed);
  CHECK(bench.reports[0].retryable);
  CHECK(bench.reports[0].code == "TaskFailedWithError");
  CHECK(bench.reports[0].message ==
        "failed to create task from connector with rpc error: code = Internal desc = broken");
}

TEST_CASE("a connector that cannot say how the job is gets six tries", "[jobs]") {
  Bench bench;
  bench.Service().jobs["job-1"] = {};
  bench.Service().state = [](const FakeService::Job& job) -> Result<JobResource> {
    return job.polls == 4 ? In(TaskPhase::kRunning) : std::unexpected(Refused());
  };
  bench.jobs->Start(Bench::Request("query"), "job-1");
  bench.Pass(600s);
  CHECK(bench.Count("get job-1") == 10);  // three, one that is good, six
  CHECK(bench.reports.back().what == JobReported::What::kFailed);
  CHECK_FALSE(bench.reports.back().retryable);
  CHECK(bench.reports.back().code == "CacheFailed");
  CHECK(bench.reports.back().message ==
        "failed to get task from connector with rpc error: code = Internal desc = broken");
}

TEST_CASE("a type that no connector serves is refused with what to do, once all have answered", "[jobs]") {
  Bench bench({{kAddress, {}}, {"there:2", {}}});
  bench.services["there:2"].away = true;
  bench.jobs->Start(Bench::Request("query", 1), std::nullopt);
  bench.Pass(60s);
  CHECK(bench.Waits() == std::vector<std::string>{"waits for a connector that serves task type [query] version 1; no "
                                                  "answer from there:2 (rpc error: code = Unavailable desc = gone)"});
  bench.services["there:2"].away = false;
  bench.Pass(60s);
  REQUIRE(bench.reports.size() == 2);
  CHECK(bench.reports[1].code == "FailedToBuildResource");
  CHECK_FALSE(bench.reports[1].retryable);
  CHECK(bench.reports[1].message ==
        "could not build resource for task: task type [query] version 1 has no container and no connector serves it "
        "(here:1 serves [ask, query, query version 2], there:2 serves []): "
        "start a connector service that serves it, list its address in config.yaml (connectors: [localhost:8000]), and "
        "start the sandbox again");
}

TEST_CASE("a service that comes later is found", "[jobs]") {
  Bench bench;
  bench.Service().away = true;
  bench.jobs->Start(Bench::Request("query"), std::nullopt);
  bench.Pass(60s);
  CHECK(bench.types.configured);
  CHECK(bench.types.known.empty());
  bench.Service().away = false;
  bench.Pass(35s);
  CHECK(bench.Count("create") == 1);
  CHECK(bench.types.known == std::set<JobType>{{"ask", 0}, {"query", 0}, {"query", 2}});
}

TEST_CASE("types that the configuration states need no word of the service", "[jobs]") {
  Bench bench({{kAddress, {"odd"}}});
  CHECK(bench.types.stated == std::set<std::string>{"odd"});
  bench.jobs->Start(Bench::Request("odd", 7), std::nullopt);
  bench.Pass(1s);
  CHECK(bench.Count("create") == 1);
}

TEST_CASE("without any connector: jobs of earlier times wait, others are refused, deletions are given up", "[jobs]") {
  Bench bench(std::vector<ConnectorEndpoint>{});
  CHECK_FALSE(bench.types.configured);
  bench.jobs->Start(Bench::Request("query", 0, "n0"), std::nullopt);
  bench.jobs->Start(Bench::Request("query", 0, "n1"), "job-1");
  bench.jobs->Delete({Bench::Request("query", 0, "n2").id, "query", 0, "job-2"});
  bench.Pass(60s);
  REQUIRE(bench.reports.size() == 2);
  CHECK(bench.reports[0].code == "FailedToBuildResource");
  CHECK(bench.reports[1].what == JobReported::What::kWaits);
  CHECK(bench.reports[1].message.find("no connector is configured any more") != std::string::npos);
  CHECK(bench.deleted.size() == 1);
}

TEST_CASE("a left job is not asked any more; one that is created meanwhile is still told", "[jobs]") {
  Bench bench;
  bench.Service().jobs["job-1"] = {};
  bench.jobs->Start(Bench::Request("query"), "job-1");
  bench.Pass(5s);
  const size_t calls = bench.Service().calls.size();
  const size_t reports = bench.reports.size();
  bench.jobs->Leave(Bench::Request("query").id);
  bench.Pass(60s);
  CHECK(bench.Service().calls.size() == calls);
  CHECK(bench.reports.size() == reports);

  Bench late;
  late.Pass(1s);
  late.jobs->Start(Bench::Request("query"), std::nullopt);
  late.jobs->Leave(Bench::Request("query").id);
  late.Pass(60s);
  REQUIRE(late.reports.size() == 1);
  CHECK(late.reports[0].what == JobReported::What::kCreated);
}

TEST_CASE("deletions are tried until they are done, or refused for good", "[jobs]") {
  Bench bench;
  bench.Service().jobs["job-1"] = {};
  bench.Service().away = true;
  const model::JobDeletion deletion{Bench::Request("query").id, "query", 0, "job-1"};
  bench.jobs->Delete(deletion);
  bench.jobs->Delete(deletion);
  bench.Pass(600s);
  CHECK(bench.deleted.empty());
  bench.Service().away = false;
  bench.Pass(31s);
  CHECK(bench.deleted.size() == 1);
  CHECK(bench.Count("delete job-1") == 1);

  for (const Code code : {Code::kInternal, Code::kNotFound}) {
    Bench kept;
    kept.Service().jobs["job-1"] = {};
    kept.Service().keep = [code](const FakeService::Job&) -> Status { return std::unexpected(Refused(code)); };
    kept.jobs->Delete(deletion);
    kept.Pass(600s);
    CHECK(kept.deleted.size() == 1);
    CHECK(kept.Count("delete job-1") == (code == Code::kNotFound ? 1 : 6));
  }
}

}  // namespace
