#include <nlohmann/json.hpp>

#include "docker/codec.h"
#include "sandbox/base/encoding.h"

namespace sandbox::docker {

std::string EncodeBuild(const BuildRequest& request) {
  std::string out = request.buildkit ? "version=2" : "version=1&rm=1&forcerm=1";
  const auto add = [&out](const char* name, const std::string& value) {
    out += Cat("&", name, "=", PercentEncode(value));
  };
  const auto add_map = [&add](const char* name, const std::map<std::string, std::string>& values) {
    if (!values.empty())
      add(name, nlohmann::json(values).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  };
  for (const std::string& tag : request.tags) add("t", tag);
  add("dockerfile", request.dockerfile);
  add_map("buildargs", request.args);
  add_map("labels", request.labels);
  if (!request.target.empty()) add("target", request.target);
  if (!request.platform.empty()) add("platform", request.platform);
  if (request.no_cache) add("nocache", "1");
  if (request.pull) add("pull", "1");
  if (!request.session.empty()) add("session", request.session);
  return out;
}

}  // namespace sandbox::docker
