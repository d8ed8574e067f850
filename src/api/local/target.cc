#include "api/local/target.h"

#include <algorithm>

#include "sandbox/base/encoding.h"

namespace sandbox::api {

using nlohmann::json;

Target ParseTarget(std::string_view target) {
  Target out;
  const size_t mark = target.find('?');
  out.path = PercentDecodeLoosely(target.substr(0, mark));
  if (mark == std::string_view::npos) return out;
  std::string_view rest = target.substr(mark + 1);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const size_t equals = std::min(pair.find('='), pair.size());
    out.query[PercentDecodeLoosely(pair.substr(0, equals))] =
        equals < pair.size() ? PercentDecodeLoosely(pair.substr(equals + 1)) : "";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string JsonText(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

net::HttpResponse JsonAnswer(unsigned status, const json& body) {
  net::HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", "application/json");
  response.body = JsonText(body) + "\n";
  return response;
}

net::HttpResponse NotFoundAnswer(const std::string& message) {
  return JsonAnswer(404, {{"code", 5}, {"message", message}});
}

}  // namespace sandbox::api
