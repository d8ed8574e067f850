#include "api/oci/answer.h"

#include <nlohmann/json.hpp>

namespace sandbox::oci {
namespace {

unsigned StatusOf(const Error& error) {
  if (error.reason == "TOOMANYREQUESTS") return 429;
  if (error.reason == "TOO_LARGE") return 413;
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kAborted: return 400;
    case Code::kNotFound: return 404;
    case Code::kUnimplemented: return 405;
    case Code::kOutOfRange: return 416;
    case Code::kResourceExhausted: return 507;
    case Code::kUnavailable: return 503;
    default: return 500;
  }
}

// The specification has no code for what goes wrong with the server itself.
std::string CodeOf(const Error& error) {
  const unsigned status = StatusOf(error);
  if (error.reason == "TOO_LARGE") return "SIZE_INVALID";
  return status == 500 || status == 503 || status == 507 ? "UNKNOWN" : error.reason;
}

std::string TextOf(const Error& error) {
  if (error.reason != "DISK_FULL") return error.message;
  return Cat("the disk is full (", error.message, "): nothing was kept; free some space and push again");
}

}  // namespace

net::HttpResponse Plain(unsigned status) {
  net::HttpResponse response;
  response.status = status;
  response.headers.Set("Docker-Distribution-API-Version", "registry/2.0");
  response.headers.Set("X-Content-Type-Options", "nosniff");
  return response;
}

net::HttpResponse Json(std::string body, std::string media_type) {
  net::HttpResponse response = Plain(200);
  response.headers.Set("Content-Type", std::move(media_type));
  response.body = std::move(body);
  return response;
}

net::HttpResponse ErrorAnswer(const Error& error) {
  using nlohmann::json;
  const json body = {{"errors", json::array({{{"code", CodeOf(error)}, {"message", TextOf(error)}}})}};
  net::HttpResponse response = Json(body.dump(-1, ' ', false, json::error_handler_t::replace));
  response.status = StatusOf(error);
  return response;
}

std::unexpected<Error> MethodNotAllowed(std::string_view method) {
  return Fail(Code::kUnimplemented, "UNSUPPORTED", Cat("this resource has no ", method));
}

}  // namespace sandbox::oci
