#include "api/kube/answer.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "api/kube/object.h"

namespace sandbox::kube {

using nlohmann::json;

namespace {

struct Known {
  std::string_view reason;
  unsigned status;
};
constexpr std::array<Known, 9> kKnown{{{"BadRequest", 400},
                                       {"Forbidden", 403},
                                       {"NotFound", 404},
                                       {"MethodNotAllowed", 405},
                                       {"AlreadyExists", 409},
                                       {"Expired", 410},
                                       {"Invalid", 422},
                                       {"InternalError", 500},
                                       {"ServiceUnavailable", 503}}};

Known ReasonOf(const Error& error) {
  const auto known = std::ranges::find(kKnown, std::string_view(error.reason), &Known::reason);
  if (known != kKnown.end()) return *known;
  switch (error.code) {
    case Code::kInvalidArgument: return {"BadRequest", 400};
    case Code::kNotFound: return {"NotFound", 404};
    case Code::kAlreadyExists: return {"AlreadyExists", 409};
    case Code::kResourceExhausted: return {"RequestEntityTooLarge", 413};
    case Code::kUnimplemented: return {"MethodNotAllowed", 405};
    case Code::kUnavailable: return {"ServiceUnavailable", 503};
    default: return {"InternalError", 500};
  }
}

json Details(const KubeRequest& request) {
  json out = json::object();
  if (!request.name.empty()) out["name"] = request.name;
  if (!request.group.empty()) out["group"] = request.group;
  if (!request.resource.empty()) out["kind"] = request.resource;
  return out;
}

}  // namespace

net::HttpResponse Json(std::string body) {
  net::HttpResponse out;
  out.headers.Set("Content-Type", "application/json");
  out.headers.Set("Cache-Control", "no-cache, private");
  out.headers.Set("X-Content-Type-Options", "nosniff");
  out.body = std::move(body);
  return out;
}

std::string FailureBody(const Error& error, const KubeRequest& request) {
  const Known known = ReasonOf(error);
  return JsonBody({{"kind", "Status"},
                   {"apiVersion", "v1"},
                   {"metadata", json::object()},
                   {"status", "Failure"},
                   {"message", error.message},
                   {"reason", known.reason},
                   {"details", Details(request)},
                   {"code", known.status}});
}

net::HttpResponse Failure(const Error& error, const KubeRequest& request) {
  net::HttpResponse out = Json(FailureBody(error, request));
  out.status = ReasonOf(error).status;
  return out;
}

net::HttpResponse Success(const KubeRequest& request, const std::string& uid) {
  json details = Details(request);
  details["uid"] = uid;
  return Json(JsonBody({{"kind", "Status"},
                        {"apiVersion", "v1"},
                        {"metadata", json::object()},
                        {"status", "Success"},
                        {"details", std::move(details)}}));
}

std::unexpected<Error> NoSuch(const KubeRequest& request) {
  return Fail(Code::kNotFound, "NotFound", Cat(request.resource, " \"", request.name, "\" not found"));
}

std::unexpected<Error> NotServed(std::string_view what, std::string_view instead) {
  return Fail(Code::kUnimplemented, "MethodNotAllowed",
              Cat(what, " is not served: ", kWhatThisIs, instead.empty() ? "" : "; ", instead));
}

}  // namespace sandbox::kube
