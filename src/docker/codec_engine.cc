// What an engine says of itself.

#include <algorithm>

#include "docker/codec.h"
#include "docker/fields.h"

namespace sandbox::docker {
namespace {

bool IsPodman(const Json& version) {
  const Json& components = At(version, "Components");
  return components.is_array() &&
         std::ranges::any_of(components, [](const Json& each) { return Text(each, "Name") == "Podman Engine"; });
}

// An engine whose control over GPUs is set up has a runtime of that name, or has found them by itself.
bool TellsOfGpus(const Json& info) {
  const Json& devices = At(info, "DiscoveredDevices");
  return At(info, "Runtimes").contains("nvidia") ||
         (devices.is_array() && std::ranges::any_of(devices, [](const Json& each) {
            return Text(each, "ID").starts_with("nvidia.com/gpu");
          }));
}

// Of the first IPv4 network.
std::string GatewayOf(const Json& network) {
  const Json& configs = At(At(network, "IPAM"), "Config");
  if (!configs.is_array()) return "";
  for (const Json& each : configs) {
    if (std::string gateway = Text(each, "Gateway"); gateway.contains('.')) return gateway;
  }
  return "";
}

}  // namespace

Result<EngineInfo> DecodeVersion(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::object, "version");
  if (!json) return std::unexpected(json.error());
  return EngineInfo{Text(*json, "Version"), Text(*json, "ApiVersion"), Text(*json, "Os"), Text(*json, "Arch"),
                    IsPodman(*json)};
}

Result<EngineNetwork> DecodeNetwork(const std::string& reply) {
  const Json json = Json::parse(reply, nullptr, false);
  EngineNetwork out{Time(json, "Created"), GatewayOf(json)};
  if (out.created_at == Instant{}) return BadReply("a network without a time of creation");
  return out;
}

Result<EngineResources> DecodeInfo(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::object, "info");
  if (!json) return std::unexpected(json.error());
  return EngineResources{Text(*json, "Name"),          Number(*json, "NCPU"),
                         Number(*json, "MemTotal"),    Text(*json, "CgroupVersion"),
                         Text(*json, "LoggingDriver"), Flag(*json, "LiveRestoreEnabled"),
                         Time(*json, "SystemTime"),    TellsOfGpus(*json)};
}

}  // namespace sandbox::docker
