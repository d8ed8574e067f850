#include "cli/client.h"

#include <httplib.h>

#include <cctype>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/context.h"
#include "cli/tree.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kConnectFor = seconds(1);
constexpr auto kAnswerWithin = seconds(30);
constexpr auto kSilentFor = std::chrono::hours(24 * 20);  // what poll(2) takes in milliseconds
constexpr auto kRetryAfter = milliseconds(20);

Error ToError(int status, const std::string& body) {
  const json answer = json::parse(body, nullptr, false);
  const std::string message = answer.is_object() ? answer.value("message", body) : body;
  const Code code = answer.is_object() ? static_cast<Code>(answer.value("code", 13))
                                       : (status == 404 ? Code::kNotFound : Code::kInternal);
  return Error{code, "SERVER", message, SideEffect::kNone, {}};
}

struct Request {
  std::string method = "GET";
  std::string path;
  std::string body = {};
  std::chrono::seconds silent_for = kAnswerWithin;
};

// Hands the body of a 200 to `sink` as it arrives; the connection is tried again until `give_up`.
Status Send(uint16_t port, const Request& wanted, const Client::Sink& sink) {
  const auto give_up = std::chrono::steady_clock::now() + kConnectFor;
  httplib::Client http("127.0.0.1", port);
  http.set_connection_timeout(kConnectFor);
  http.set_read_timeout(wanted.silent_for);
  http.set_write_timeout(kAnswerWithin);
  http.set_tcp_nodelay(true);
  http.set_url_encode(false);  // paths come encoded

  int status = 0;
  std::string refused;
  httplib::Request request;
  request.method = wanted.method;
  request.path = wanted.path;
  request.set_header("Accept", "application/json");
  request.set_header("Host", Cat("localhost:", port));
  if (!wanted.body.empty()) {
    request.set_header("Content-Type", "application/json");
    request.body = wanted.body;
  }
  request.response_handler = [&](const httplib::Response& head) {
    status = head.status;
    return true;
  };
  request.content_receiver = [&](const char* data, size_t size, uint64_t, uint64_t) {
    if (status == 200) {
      sink({data, size});
    } else {
      refused.append(data, size);
    }
    return true;
  };
  while (true) {
    const auto begin = std::chrono::steady_clock::now();
    const httplib::Result result = http.send(request);
    if (result) break;
    const bool late = std::chrono::steady_clock::now() - begin >= wanted.silent_for;
    if (late)
      return Fail(
          Code::kDeadlineExceeded, "NO_ANSWER_IN_TIME",
          Cat("localhost:", port, " gave no answer to ", wanted.path, " within ", wanted.silent_for.count(), " s"));
    if (result.error() != httplib::Error::Connection)
      return Fail(Code::kUnavailable, "NO_ANSWER",
                  Cat("the answer to ", wanted.path, " broke off: ", httplib::to_string(result.error())));
    if (std::chrono::steady_clock::now() >= give_up)
      return Fail(Code::kUnavailable, "NO_ANSWER", Cat("nothing answers on localhost:", port));
    std::this_thread::sleep_for(kRetryAfter);
  }
  if (status != 200) return std::unexpected(ToError(status, refused));
  return {};
}

Result<json> SendForJson(uint16_t port, const Request& request) {
  std::string body;
  if (auto got = Send(port, request, [&](std::string_view piece) { body.append(piece); }); !got)
    return std::unexpected(std::move(got.error()));
  json answer = json::parse(body, nullptr, false);
  if (answer.is_discarded()) return Internal(Cat("the answer to ", request.path, " is not JSON"));
  return answer;
}

std::string ExecutionPath(const char* api, const Place& place, const std::string& execution) {
  return Cat(api, "/executions/", UrlEncode(place.project), "/", UrlEncode(place.domain), "/", UrlEncode(execution));
}

}  // namespace

Result<json> Client::Get(const std::string& path) { return SendForJson(info_.port, {.path = path}); }

Result<json> Client::StatusReport() { return Get("/sandbox/v1/status"); }

Result<json> Client::Doctor() { return SendForJson(info_.port, {.method = "POST", .path = "/sandbox/v1/doctor"}); }

Result<json> Client::Images() { return Get("/sandbox/v1/images"); }

Result<json> Client::Settings() { return Get("/sandbox/v1/settings"); }

Result<json> Client::Projects() { return Get("/api/v1/projects?limit=1000"); }

Result<json> Client::Executions(const Place& place, int limit) {
  return Get(Cat("/api/v1/executions/", UrlEncode(place.project), "/", UrlEncode(place.domain), "?limit=", limit,
                 "&sort_by.key=created_at&sort_by.direction=DESCENDING"));
}

Result<json> Client::PlacesOf(const std::string& execution) {
  return Get(Cat("/sandbox/v1/locate?execution=", UrlEncode(execution)));
}

Result<json> Client::Tree(const Place& place, const std::string& execution) {
  return Get(ExecutionPath("/sandbox/v1", place, execution));
}

Result<json> Client::Everything(const Place& place, const std::string& execution) {
  return Get(ExecutionPath("/sandbox/v1", place, execution) + "/everything");
}

Result<json> Client::Pods(const std::string& pod_namespace) {
  return Get(Cat("/sandbox/v1/pods?namespace=", UrlEncode(pod_namespace)));
}

Status Client::Log(const std::string& pod, const std::string& pod_namespace, bool follow, const Sink& sink) {
  return Send(info_.port,
              {.path = Cat("/sandbox/v1/logs/", UrlEncode(pod), "?namespace=", UrlEncode(pod_namespace),
                           follow ? "&follow=1" : ""),
               .silent_for = follow ? kSilentFor : kAnswerWithin},
              sink);
}

Status Client::Terminate(const Place& place, const std::string& execution, const std::string& cause) {
  return Send(info_.port,
              {.method = "DELETE",
               .path = ExecutionPath("/api/v1", place, execution),
               .body = json{{"cause", cause}}.dump(-1, ' ', false, json::error_handler_t::replace)},
              [](std::string_view) {});
}

Result<std::string> Client::LaunchAgain(Again how, const Place& place, const std::string& execution,
                                        const std::string& name) {
  const json request = {{"id", {{"project", place.project}, {"domain", place.domain}, {"name", execution}}},
                        {"name", name}};
  const auto answer =
      SendForJson(info_.port, {.method = "POST",
                               .path = Cat("/api/v1/executions/", how == Again::kRelaunch ? "relaunch" : "recover"),
                               .body = request.dump(-1, ' ', false, json::error_handler_t::replace)});
  if (!answer) return std::unexpected(answer.error());
  return answer->value("id", json::object()).value("name", "");
}

Result<json> Client::AttemptCommands(const Place& place, const std::string& execution, const std::string& node,
                                     int attempt) {
  return Get(Cat("/sandbox/v1/attempts/", UrlEncode(place.project), "/", UrlEncode(place.domain), "/",
                 UrlEncode(execution), "/", UrlEncode(node), "/", attempt, "/commands"));
}

Status Client::SetSignal(const OpenSignal& gate, const json& literal) {
  const json request = {
      {"id",
       {{"signal_id", gate.id},
        {"execution_id", {{"project", gate.project}, {"domain", gate.domain}, {"name", gate.execution}}}}},
      {"value", literal}};
  return Send(info_.port,
              {.method = "POST",
               .path = "/api/v1/signals",
               .body = request.dump(-1, ' ', false, json::error_handler_t::replace)},
              [](std::string_view) {});
}

Status Client::CreateProject(const std::string& id) {
  return Send(
      info_.port,
      {.method = "POST",
       .path = "/api/v1/projects",
       .body = json{{"project", {{"id", id}, {"name", id}}}}.dump(-1, ' ', false, json::error_handler_t::replace)},
      [](std::string_view) {});
}

Status Client::Ping() {
  return Send(info_.port, {.path = "/healthcheck", .silent_for = seconds(2)}, [](std::string_view) {});
}

bool HttpAnswers(uint16_t port) {
  httplib::Client http("127.0.0.1", port);
  http.set_connection_timeout(seconds(2));
  http.set_read_timeout(seconds(2));
  const httplib::Result result = http.Get("/", {{"Host", Cat("localhost:", port)}});
  return result && result->status < 500;
}

std::string UrlEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  return out;
}

}  // namespace sandbox::cli
