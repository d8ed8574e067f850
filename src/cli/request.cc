#include "cli/request.h"

#include <httplib.h>

#include <nlohmann/json.hpp>
#include <thread>

namespace sandbox::cli {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kConnectFor = seconds(1);
constexpr auto kWriteWithin = seconds(30);
constexpr auto kRetryAfter = milliseconds(20);

Error ToError(int status, const std::string& body) {
  const json answer = json::parse(body, nullptr, false);
  const std::string message = answer.is_object() ? answer.value("message", body) : body;
  const Code code = answer.is_object() ? static_cast<Code>(answer.value("code", 13))
                                       : (status == 404 ? Code::kNotFound : Code::kInternal);
  return Error{code, "SERVER", message, SideEffect::kNone, {}};
}

}  // namespace

Status Send(uint16_t port, const Request& wanted, const std::function<bool(std::string_view)>& sink) {
  const auto give_up = std::chrono::steady_clock::now() + kConnectFor;
  httplib::Client http("127.0.0.1", port);
  http.set_connection_timeout(kConnectFor);
  http.set_read_timeout(wanted.silent_for);
  http.set_write_timeout(kWriteWithin);
  http.set_tcp_nodelay(true);
  http.set_url_encode(false);  // paths come encoded

  int status = 0;
  bool enough = false;
  std::string refused;
  httplib::Request request;
  request.method = wanted.method;
  request.path = wanted.path;
  request.set_header("Accept", "application/json");
  request.set_header("Host", Cat("localhost:", port));
  if (!wanted.body.empty()) {
    request.set_header("Content-Type", wanted.type);
    request.body = wanted.body;
  }
  request.response_handler = [&](const httplib::Response& head) {
    status = head.status;
    return true;
  };
  request.content_receiver = [&](const char* data, size_t size, uint64_t, uint64_t) {
    if (status == 200) {
      enough = !sink({data, size});
    } else {
      refused.append(data, size);
    }
    return !enough;
  };
  while (true) {
    const auto begin = std::chrono::steady_clock::now();
    const httplib::Result result = http.send(request);
    if (result || enough) break;
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
  if (auto got = Send(port, request,
                      [&](std::string_view piece) {
                        body.append(piece);
                        return true;
                      });
      !got)
    return std::unexpected(std::move(got.error()));
  json answer = json::parse(body, nullptr, false);
  if (answer.is_discarded()) return Internal(Cat("the answer to ", request.path, " is not JSON"));
  return answer;
}

std::string BodyOf(const json& data) { return data.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace sandbox::cli
