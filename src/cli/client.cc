#include "cli/client.h"

#include <httplib.h>

#include <nlohmann/json.hpp>

#include "cli/context.h"
#include "cli/request.h"
#include "cli/tree.h"
#include "sandbox/base/encoding.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;
using std::chrono::seconds;

std::string In(const Place& place) { return Cat(PercentEncode(place.project), "/", PercentEncode(place.domain)); }

std::string ExecutionPath(const char* api, const Place& place, const std::string& execution) {
  return Cat(api, "/executions/", In(place), "/", PercentEncode(execution));
}

std::string RunPath(const Place& place, const std::string& execution) {
  return Cat("/sandbox/v1/runs/", In(place), "/", PercentEncode(execution));
}

bool Whatever(std::string_view) { return true; }

}  // namespace

Result<json> Client::Get(const std::string& path) { return SendForJson(info_.port, {.path = path}); }

Result<json> Client::StatusReport() { return Get("/sandbox/v1/status"); }

Result<json> Client::Doctor() { return SendForJson(info_.port, {.method = "POST", .path = "/sandbox/v1/doctor"}); }

Result<json> Client::CollectGarbage(const std::string& older_than, const std::string& size, bool dry_run) {
  json body = {{"dry_run", dry_run}};
  if (!older_than.empty()) body["older_than"] = older_than;
  if (!size.empty()) body["size"] = size;
  return SendForJson(info_.port, {.method = "POST", .path = "/sandbox/v1/gc", .body = body.dump()});
}

Result<json> Client::Images() { return Get("/sandbox/v1/images"); }

Result<json> Client::ImagesSoon() {
  return SendForJson(info_.port, {.path = "/sandbox/v1/images", .silent_for = seconds(3)});
}

Result<json> Client::Settings() { return Get("/sandbox/v1/settings"); }

Result<json> Client::Projects() { return Get("/api/v1/projects?limit=1000"); }

Result<json> Client::Executions(const Place& place, int limit) {
  return Get(
      Cat("/api/v1/executions/", In(place), "?limit=", limit, "&sort_by.key=created_at&sort_by.direction=DESCENDING"));
}

Result<json> Client::PlacesOf(const std::string& beginning) {
  return Get(Cat("/sandbox/v1/locate?prefix=", PercentEncode(beginning)));
}

Result<json> Client::Tree(const Place& place, const std::string& execution) {
  return Get(ExecutionPath("/sandbox/v1", place, execution));
}

Result<json> Client::Everything(const Place& place, const std::string& execution) {
  return Get(ExecutionPath("/sandbox/v1", place, execution) + "/everything");
}

Result<json> Client::Run(const Place& place, const std::string& execution) { return Get(RunPath(place, execution)); }

Result<json> Client::RunEvents(const Place& place, const std::string& execution, size_t from) {
  return Get(Cat(RunPath(place, execution), "/events?from=", from));
}

Result<json> Client::RunLog(const Place& place, const std::string& execution, const std::string& cursor) {
  return Get(Cat(RunPath(place, execution), "/log?count=2000&cursor=", PercentEncode(cursor)));
}

Result<json> Client::LogLines(const std::string& pod, const std::string& pod_namespace, int64_t from) {
  return Get(
      Cat("/sandbox/v1/logs/", PercentEncode(pod_namespace), "/", PercentEncode(pod), "/lines?count=5000&from=", from));
}

Result<json> Client::Pods(const std::string& pod_namespace) {
  return Get(Cat("/sandbox/v1/pods?namespace=", PercentEncode(pod_namespace)));
}

Status Client::Log(const std::string& pod, const std::string& pod_namespace, bool follow, const Sink& sink) {
  return Send(info_.port,
              {.path = Cat("/sandbox/v1/logs/", PercentEncode(pod), "?namespace=", PercentEncode(pod_namespace),
                           follow ? "&follow=1" : ""),
               .silent_for = follow ? kSilentFor : Request().silent_for},
              [&](std::string_view piece) {
                sink(piece);
                return true;
              });
}

Status Client::Terminate(const Place& place, const std::string& execution, const std::string& cause) {
  return Send(
      info_.port,
      {.method = "DELETE", .path = ExecutionPath("/api/v1", place, execution), .body = BodyOf({{"cause", cause}})},
      Whatever);
}

Result<std::string> Client::LaunchAgain(Again how, const Place& place, const std::string& execution,
                                        const std::string& name) {
  const json request = {{"id", {{"project", place.project}, {"domain", place.domain}, {"name", execution}}},
                        {"name", name}};
  const auto answer =
      SendForJson(info_.port, {.method = "POST",
                               .path = Cat("/api/v1/executions/", how == Again::kRelaunch ? "relaunch" : "recover"),
                               .body = BodyOf(request)});
  if (!answer) return std::unexpected(answer.error());
  return answer->value("id", json::object()).value("name", "");
}

Result<json> Client::AttemptCommands(const Place& place, const std::string& execution, const std::string& node,
                                     int attempt) {
  return Get(Cat("/sandbox/v1/attempts/", In(place), "/", PercentEncode(execution), "/", PercentEncode(node), "/",
                 attempt, "/commands"));
}

Result<json> Client::Entities(const std::string& kind, const Place& place, const std::string& text) {
  return Get(Cat("/sandbox/v1/entities?kind=", kind, "&project=", PercentEncode(place.project),
                 "&domain=", PercentEncode(place.domain), "&q=", PercentEncode(text)));
}

Result<json> Client::Definition(const std::string& kind, const Place& place, const std::string& name,
                                const std::string& version) {
  const std::string path = Cat(In(place), "/", PercentEncode(name));
  if (!version.empty()) return Get(Cat("/api/v1/", kind, "s/", path, "/", PercentEncode(version)));
  if (kind == "launch_plan") {
    auto active = Get(Cat("/api/v1/active_launch_plans/", path));
    if (active || active.error().code != Code::kNotFound) return active;
  }
  const auto newest =
      Get(Cat("/api/v1/", kind, "s/", path, "?limit=1&sort_by.key=created_at&sort_by.direction=DESCENDING"));
  if (!newest) return newest;
  const json list = newest->value(kind + "s", json::array());
  if (list.empty()) return NotFound(Cat("no ", kind, " ", name));
  return list[0];
}

Result<std::string> Client::Launch(const json& request) {
  const auto answer =
      SendForJson(info_.port, {.method = "POST", .path = "/api/v1/executions", .body = BodyOf(request)});
  if (!answer) return std::unexpected(answer.error());
  return answer->value("id", json::object()).value("name", "");
}

Result<json> Client::Schedules() { return Get("/sandbox/v1/schedules"); }

Result<json> Client::SetSchedules(bool active, const json& which) {
  return SendForJson(info_.port, {.method = "POST",
                                  .path = Cat("/sandbox/v1/schedules:", active ? "resume" : "pause"),
                                  .body = which.empty() ? "{}" : BodyOf({{"schedules", which}})});
}

Result<json> Client::RunSchedule(const Place& place, const std::string& name) {
  return SendForJson(info_.port, {.method = "POST",
                                  .path = Cat("/sandbox/v1/schedules/", In(place), "/", PercentEncode(name), ":run"),
                                  .body = "{}"});
}

Result<json> Client::Objects(const std::string& uri, bool deep, const std::string& token) {
  return Get(Cat("/sandbox/v1/objects?uri=", PercentEncode(uri), deep ? "" : "&delimiter=/", "&limit=1000",
                 token.empty() ? "" : "&token=" + PercentEncode(token)));
}

Status Client::ObjectContent(const std::string& uri, const Sink& sink) {
  return Send(info_.port, {.path = Cat("/sandbox/v1/objects/content?uri=", PercentEncode(uri))},
              [&](std::string_view piece) {
                sink(piece);
                return true;
              });
}

Result<json> Client::RemoveObject(const std::string& uri) {
  return SendForJson(info_.port, {.method = "DELETE", .path = Cat("/sandbox/v1/objects?uri=", PercentEncode(uri))});
}

Result<json> Client::PutObject(const std::string& uri, std::string bytes) {
  return SendForJson(info_.port, {.method = "PUT",
                                  .path = Cat("/sandbox/v1/objects?uri=", PercentEncode(uri)),
                                  .body = std::move(bytes),
                                  .type = "application/octet-stream"});
}

Status Client::SetSignal(const OpenSignal& gate, const json& literal) {
  const json request = {
      {"id",
       {{"signal_id", gate.id},
        {"execution_id", {{"project", gate.project}, {"domain", gate.domain}, {"name", gate.execution}}}}},
      {"value", literal}};
  return Send(info_.port, {.method = "POST", .path = "/api/v1/signals", .body = BodyOf(request)}, Whatever);
}

Status Client::CreateProject(const std::string& id) {
  return Send(info_.port,
              {.method = "POST", .path = "/api/v1/projects", .body = BodyOf({{"project", {{"id", id}, {"name", id}}}})},
              Whatever);
}

Status Client::Ping() { return Send(info_.port, {.path = "/healthcheck", .silent_for = seconds(2)}, Whatever); }

bool HttpAnswers(uint16_t port) {
  httplib::Client http("127.0.0.1", port);
  http.set_connection_timeout(seconds(2));
  http.set_read_timeout(seconds(2));
  const httplib::Result result = http.Get("/", {{"Host", Cat("localhost:", port)}});
  return result && result->status < 500;
}

}  // namespace sandbox::cli
