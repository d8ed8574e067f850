#include "server/endpoints.h"

#include <set>

#include "sandbox/base/check.h"
#include "sandbox/base/log.h"

namespace sandbox::server {

Status Endpoints::Bind(std::string name, uint16_t wanted, bool any_port, std::optional<uint16_t> task_port) {
  auto listener = world_.listen("127.0.0.1", wanted);
  if (!listener && any_port) listener = world_.listen("127.0.0.1", 0);
  if (!listener) {
    Error error = std::move(listener.error());
    if (error.reason == "PORT_TAKEN")
      error.message += "; move all ports with --port-base N, or take free ones with --auto-ports";
    return std::unexpected(std::move(error));
  }
  auto endpoint = std::make_unique<Endpoint>();
  endpoint->name = std::move(name);
  endpoint->port = (*listener)->Port();
  endpoint->task_port = task_port.value_or(endpoint->port);
  doors_.push_back({std::move(*listener), endpoint.get()});
  endpoints_.push_back(std::move(endpoint));
  return {};
}

Status Endpoints::BindAlso(const std::string& address) {
  for (const auto& endpoint : endpoints_) {
    auto listener = world_.listen(address, endpoint->port);
    if (!listener) return std::unexpected(std::move(listener.error()).While("binding the addresses of `listen`"));
    doors_.push_back({std::move(*listener), endpoint.get()});
  }
  Log(LogLevel::kWarning, "network",
      Cat("listening on ", address, " too: who reaches it can run containers on this machine"));
  return {};
}

bool Endpoints::BindBridge() {
  const auto address = world_.bridge_address();
  if (!address) return false;
  for (const auto& endpoint : endpoints_) {
    std::set<uint16_t> ports = {endpoint->task_port};
    if (world_.published) ports.insert(endpoint->port);
    for (const uint16_t port : ports) {
      auto listener = world_.listen(*address, port);
      if (listener) {
        doors_.push_back({std::move(*listener), endpoint.get()});
      } else {
        Log(LogLevel::kError, "network", Cat("tasks cannot reach the platform: ", listener.error().message));
      }
    }
  }
  return true;
}

void Endpoints::AcceptAll() {
  for (Door& door : doors_) {
    if (std::exchange(door.accepts, true)) continue;
    world_.net_loop.Post([&listener = *door.listener, serve = door.endpoint->handler] { listener.Accept(serve); });
  }
}

void Endpoints::Close() {
  for (Door& door : doors_) door.listener->Close();
}

Endpoint& Endpoints::Find(const std::string& name) {
  for (const auto& endpoint : endpoints_) {
    if (endpoint->name == name) return *endpoint;
  }
  SANDBOX_CHECK(false, Cat("there is no endpoint ", name));
  return *endpoints_.front();
}

}  // namespace sandbox::server
