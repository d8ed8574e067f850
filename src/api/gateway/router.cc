#include "api/gateway/router.h"

#include <google/api/annotations.pb.h>

#include <optional>

#include "api/gateway/url.h"
#include "sandbox/base/check.h"

namespace sandbox::api {

namespace pb = google::protobuf;

namespace {

// The definitions use literals and single-segment variables only.
std::vector<Route::Segment> ParsePattern(const std::string& pattern) {
  std::vector<Route::Segment> segments;
  for (const std::string& part : SplitPath(pattern)) {
    const bool variable = part.starts_with('{') && part.ends_with('}');
    SANDBOX_CHECK(variable || part.find_first_of("{}*:") == std::string::npos, pattern);
    segments.push_back({variable ? part.substr(1, part.size() - 2) : part, variable});
  }
  return segments;
}

std::pair<std::string, std::string> MethodAndPattern(const google::api::HttpRule& rule) {
  switch (rule.pattern_case()) {
    case google::api::HttpRule::kGet: return {"GET", rule.get()};
    case google::api::HttpRule::kPut: return {"PUT", rule.put()};
    case google::api::HttpRule::kPost: return {"POST", rule.post()};
    case google::api::HttpRule::kDelete: return {"DELETE", rule.delete_()};
    case google::api::HttpRule::kPatch: return {"PATCH", rule.patch()};
    case google::api::HttpRule::kCustom: return {rule.custom().kind(), rule.custom().path()};
    case google::api::HttpRule::PATTERN_NOT_SET: return {};
  }
  return {};
}

std::optional<Router::Parameters> MatchRoute(const Route& route, const std::vector<std::string>& segments) {
  if (route.segments.size() != segments.size()) return std::nullopt;
  Router::Parameters parameters;
  for (size_t i = 0; i < segments.size(); ++i) {
    const Route::Segment& expected = route.segments[i];
    if (expected.variable) {
      parameters.emplace_back(expected.text, segments[i]);
    } else if (expected.text != segments[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

}  // namespace

Router::Router(const std::vector<const pb::ServiceDescriptor*>& services) {
  for (const pb::ServiceDescriptor* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const pb::MethodDescriptor* method = service->method(i);
      const google::api::HttpRule& rule = method->options().GetExtension(google::api::http);
      const auto add = [&](const google::api::HttpRule& binding) {
        auto [http_method, pattern] = MethodAndPattern(binding);
        if (http_method.empty()) return;
        routes_.push_back({method, service->full_name() + "/" + method->name(), http_method, pattern,
                           ParsePattern(pattern), binding.body()});
      };
      add(rule);
      for (const google::api::HttpRule& more : rule.additional_bindings()) add(more);
    }
  }
}

Router::Match Router::Find(const std::string& http_method, const std::vector<std::string>& segments) const {
  Match match;
  for (auto route = routes_.rbegin(); route != routes_.rend(); ++route) {
    const bool same = route->http_method == http_method;
    if (!same && match.other != nullptr && (match.other->http_method == "GET" || route->http_method != "GET")) continue;
    std::optional<Parameters> parameters = MatchRoute(*route, segments);
    if (!parameters) continue;
    (same ? match.route : match.other) = &*route;
    match.parameters = std::move(*parameters);
    if (same) return match;
  }
  return match;
}

}  // namespace sandbox::api
