#include "app/config_services.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "app/config_mistake.h"

namespace sandbox::app {
namespace {

Status ReadConnector(const std::filesystem::path& file, const YAML::Node& block, ConnectorEndpoint& endpoint) {
  if (!block.IsMap())
    return Mistake(file, block, "connectors: expected host:port or {endpoint: host:port, task_types: [...]}");
  for (const auto& entry : block) {
    const std::string name = entry.first.Scalar();
    if (name == "endpoint" && entry.second.IsScalar()) {
      endpoint.address = entry.second.Scalar();
    } else if (name == "task_types" && entry.second.IsSequence()) {
      for (const auto& type : entry.second) {
        if (!type.IsScalar() || type.Scalar().empty())
          return Mistake(file, type, "connectors.task_types: expected names such as sensor");
        endpoint.task_types.push_back(type.Scalar());
      }
    } else {
      return Mistake(file, entry.first,
                     Cat("connectors: unexpected '", name, "' (known: endpoint, a text; task_types, a list)"));
    }
  }
  if (endpoint.address.empty()) return Mistake(file, block, "connectors: endpoint is missing");
  return {};
}

}  // namespace

bool IsAddress(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || text.find_first_of(" \t/") != std::string::npos) return false;
  const std::string host = text.substr(0, colon);
  if (host.find(':') != std::string::npos && !(host.starts_with('[') && host.ends_with(']'))) return false;
  uint32_t port = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, port);
  return read.ec == std::errc() && read.ptr == end && port > 0 && port < 65536;
}

Status ReadNotifications(const std::filesystem::path& file, const YAML::Node& block, notify::Options& into) {
  if (!block.IsMap()) return Mistake(file, block, "notifications: expected `webhook: http://...` or `smtp: host:port`");
  for (const auto& entry : block) {
    const std::string name = entry.first.Scalar();
    const std::string value = entry.second.IsScalar() ? entry.second.Scalar() : "";
    if (name != "webhook" && name != "smtp" && name != "from") {
      return Mistake(file, entry.first,
                     Cat("notifications: unknown setting '", name, "' (known: webhook, smtp, from)"));
    }
    if (value.empty()) return Mistake(file, entry.second, Cat("notifications.", name, ": expected a text"));
    if (name == "webhook") {
      if (const auto url = notify::ParseHookUrl(value); !url)
        return Mistake(file, entry.second, Cat("notifications.webhook: ", url.error().message));
      into.webhook = value;
    } else {
      (name == "smtp" ? into.smtp : into.mail_from) = value;
    }
  }
  return {};
}

Result<std::vector<ConnectorEndpoint>> ReadConnectors(const std::filesystem::path& file, const YAML::Node& list) {
  std::vector<ConnectorEndpoint> out;
  if (!list.IsSequence())
    return Mistake(file, list, "connectors: expected a list of addresses, such as [localhost:8000]");
  for (const auto& entry : list) {
    ConnectorEndpoint endpoint;
    if (entry.IsScalar()) {
      endpoint.address = entry.Scalar();
    } else if (Status read = ReadConnector(file, entry, endpoint); !read) {
      return std::unexpected(std::move(read.error()));
    }
    if (!IsAddress(endpoint.address)) {
      return Mistake(
          file, entry,
          Cat("connectors: '", endpoint.address, "' is no address; write it as host:port, such as localhost:8000"));
    }
    const bool twice = std::ranges::find(out, endpoint.address, &ConnectorEndpoint::address) != out.end();
    if (twice) return Mistake(file, entry, Cat("connectors: ", endpoint.address, " is listed twice"));
    out.push_back(std::move(endpoint));
  }
  return out;
}

}  // namespace sandbox::app
