#include "app/network.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <functional>
#include <string_view>

namespace sandbox::app {
namespace {

std::optional<std::string> FirstAddress(const std::function<bool(const ifaddrs&)>& wanted) {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return std::nullopt;
  std::optional<std::string> found;
  for (const ifaddrs* each = all; each != nullptr && !found; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET || !wanted(*each)) continue;
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr, text, sizeof text);
    found = text;
  }
  freeifaddrs(all);
  return found;
}

}  // namespace

std::optional<std::string> DockerBridgeAddress() {
  return FirstAddress([](const ifaddrs& each) { return std::string_view(each.ifa_name) == "docker0"; });
}

std::optional<std::string> OwnAddress() {
  return FirstAddress(
      [](const ifaddrs& each) { return (each.ifa_flags & IFF_UP) != 0 && (each.ifa_flags & IFF_LOOPBACK) == 0; });
}

}  // namespace sandbox::app
