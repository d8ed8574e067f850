#include "api/local/local_api.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "api/local/event_hub.h"
#include "api/local/execution_tree.h"
#include "api/local/list_calls.h"
#include "api/local/log_calls.h"
#include "api/local/log_stream.h"
#include "api/local/run_calls.h"
#include "api/local/search.h"
#include "api/local/stats.h"
#include "api/local/story.h"
#include "api/local/target.h"
#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/node_execution.pb.h"
#include "net/coroutines.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr std::string_view kExecutionPath = "/sandbox/v1/executions/", kLogPath = "/sandbox/v1/logs/";
constexpr std::string_view kEverything = "/everything";
constexpr uint32_t kNodesMax = 1000;  // of an execution, beside its tree

// Null for what is not known yet.
json TotalJson(const Usage& usage, int64_t total) { return usage.totals_known || total != 0 ? json(total) : json(); }

json ProblemsJson(const LocalApiDeps& deps) {
  json out = json::array();
  for (const Problem& problem : deps.problems ? deps.problems() : std::vector<Problem>())
    out.push_back(
        {{"message", problem.message}, {"failures", problem.failures}, {"since", FormatRfc3339(problem.since)}});
  return out;
}

json StatusJson(const LocalApiDeps& deps) {
  const size_t unfinished =
      deps.store.Query([](MetadataReader& reader) { return reader.ListUnfinishedExecutions().size(); });
  const About& about = deps.about;
  const Usage usage = deps.usage();
  const auto now = std::chrono::system_clock::now();
  return {
      {"state", "running"},
      {"version", about.version},
      {"flyte", about.flyte_version},
      {"pid", about.pid},
      {"preset", about.preset},
      {"started_at", FormatRfc3339(std::chrono::floor<std::chrono::seconds>(about.started_at))},
      {"uptime_s", std::chrono::duration_cast<std::chrono::seconds>(now - about.started_at).count()},
      {"addresses",
       {{"platform", about.platform},
        {"console", about.console},
        {"object_store", about.object_store},
        {"registry", about.registry},
        {"docker", deps.engine().address}}},
      {"docker_note", deps.engine().note},
      {"docker_source", deps.engine().source},
      {"paths",
       {{"home", about.home.string()},
        {"log", about.log.string()},
        {"database", about.database.string()},
        {"objects", about.objects.string()},
        {"client_file", about.client_file.string()}}},
      {"resources",
       {{"cpu_millis", {{"total", TotalJson(usage, usage.cpu_millis_total)}, {"used", usage.cpu_millis_used}}},
        {"memory_bytes", {{"total", TotalJson(usage, usage.memory_bytes_total)}, {"used", usage.memory_bytes_used}}},
        {"pods", {{"running", usage.pods_running}, {"waiting", usage.pods_waiting}}}}},
      {"executions", {{"running", unfinished}}},
      {"problems", ProblemsJson(deps)},
  };
}

// What the public API says of an execution beside its tree: the execution, its inputs and outputs, and its nodes.
Status AddPublicAnswers(const LocalApiDeps& deps, const ExecutionId& id, json* out) {
  const auto fill = [&](flyteidl::core::WorkflowExecutionIdentifier* to) {
    to->set_project(id.project);
    to->set_domain(id.domain);
    to->set_name(id.name);
  };
  flyteidl::admin::WorkflowExecutionGetRequest get;
  flyteidl::admin::WorkflowExecutionGetDataRequest data;
  flyteidl::admin::NodeExecutionListRequest nodes;
  fill(get.mutable_id());
  fill(data.mutable_id());
  fill(nodes.mutable_workflow_execution_id());
  nodes.set_limit(kNodesMax);
  const auto ask = [&](const char* key, const char* method, const google::protobuf::Message& request) -> Status {
    const auto answer = deps.call(Cat("flyteidl.service.AdminService/", method), request);
    if (!answer) return std::unexpected(answer.error());
    (*out)[key] = json::parse(*answer, nullptr, false);
    return {};
  };
  if (Status got = ask("execution", "GetExecution", get); !got) return got;
  if (Status got = ask("data", "GetExecutionData", data); !got) return got;
  if (Status got = ask("nodes", "ListNodeExecutions", nodes); !got) return got;
  (*out)["nodes"] = json((*out)["nodes"].value("node_executions", json::array()));
  return {};
}

json StoryOfRun(const LocalApiDeps& deps, const ExecutionId& id) {
  return deps.store.Query([&](MetadataReader& reader) {
    const auto record = reader.FindExecution(id);
    if (!record) return json();
    RunLookup run(reader, deps.plans, *record);
    return StoryOf(GatherAllFacts(run), std::chrono::system_clock::now());
  });
}

// `rest` is PROJECT/DOMAIN/NAME, or that and /everything; a name has no slash.
net::HttpResponse TreeAnswer(const LocalApiDeps& deps, std::string rest) {
  const bool everything = rest.ends_with(kEverything) && std::ranges::count(rest, '/') == 3;
  if (everything) rest.resize(rest.size() - kEverything.size());
  const size_t first = rest.find('/'), second = rest.find('/', first + 1);
  if (first == std::string::npos || second == std::string::npos)
    return NotFoundAnswer("an execution is PROJECT/DOMAIN/NAME");
  const ExecutionId id{rest.substr(0, first), rest.substr(first + 1, second - first - 1), rest.substr(second + 1)};
  const json tree = deps.store.Query([&](MetadataReader& reader) {
    const auto record = reader.FindExecution(id);
    return record ? TreeOf(reader, *record) : json();
  });
  if (tree.is_null()) return NotFoundAnswer(Cat("no execution ", id.name, " in ", id.project, "/", id.domain));
  if (!everything) return JsonAnswer(200, tree);
  json out = {{"tree", tree}, {"story", StoryOfRun(deps, id)}};
  if (Status added = AddPublicAnswers(deps, id, &out); !added)
    return JsonAnswer(500, {{"code", static_cast<int>(added.error().code)}, {"message", added.error().message}});
  return JsonAnswer(200, out);
}

asio::awaitable<void> Handle(const LocalApiDeps& deps, net::HttpExchange& exchange) {
  const Target target = ParseTarget(exchange.Request().target);
  if (exchange.Request().method != "GET") {
    co_await exchange.Send(JsonAnswer(405, {{"code", 12}, {"message", "only GET"}}));
  } else if (target.path == "/sandbox/v1/status") {
    co_await exchange.Send(JsonAnswer(200, co_await net::Offload(deps.workers, [&deps] { return StatusJson(deps); })));
  } else if (target.path == "/sandbox/v1/events") {
    co_await deps.events->Serve(exchange);
  } else if (target.path == "/sandbox/v1/search") {
    co_await exchange.Send(co_await net::Offload(deps.workers, [&deps, target] { return SearchAnswer(deps, target); }));
  } else if (IsList(target.path)) {
    co_await exchange.Send(co_await net::Offload(deps.workers, [&deps, target] { return ListAnswer(deps, target); }));
  } else if (target.path.starts_with(kExecutionPath)) {
    const std::string rest = target.path.substr(kExecutionPath.size());
    co_await exchange.Send(co_await net::Offload(deps.workers, [&deps, rest] { return TreeAnswer(deps, rest); }));
  } else if (target.path.starts_with(kRunPath)) {
    co_await exchange.Send(co_await net::Offload(deps.workers, [&deps, target] { return RunAnswer(deps, target); }));
  } else if (target.path.starts_with(kAttemptPath)) {
    co_await exchange.Send(
        co_await net::Offload(deps.workers, [&deps, target] { return AttemptAnswer(deps, target); }));
  } else if (IsLogCall(target.path)) {
    co_await ServeLogCall(deps, exchange, target);
  } else if (target.path.starts_with(kStatsPath)) {
    co_await exchange.Send(co_await net::Offload(deps.workers, [&deps, target] { return StatsAnswer(deps, target); }));
  } else if (target.path == "/sandbox/v1/version") {
    const About& about = deps.about;
    co_await exchange.Send(JsonAnswer(200, {{"version", about.version},
                                            {"flyte", about.flyte_version},
                                            {"build", about.build},
                                            {"commit", about.commit.empty() ? json() : json(about.commit)}}));
  } else if (target.path.starts_with(kLogPath)) {
    co_await SendLog(deps, exchange, target, target.path.substr(kLogPath.size()));
  } else {
    co_await exchange.Send(NotFoundAnswer("no such path; docs/reference/local-api.yaml lists those that there are"));
  }
}

}  // namespace

net::HttpHandler MakeLocalApi(LocalApiDeps deps) {
  auto shared = std::make_shared<const LocalApiDeps>(std::move(deps));
  return [shared](net::HttpExchange& exchange) -> asio::awaitable<void> { return Handle(*shared, exchange); };
}

}  // namespace sandbox::api
