#pragma once

// What is chosen for one server: ports, limits, and what it says of itself.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/console/console.h"
#include "api/local/event_hub.h"
#include "api/local/local_api.h"
#include "sandbox/engine/run.h"
#include "sandbox/ports/connectors.h"
#include "sandbox/registry/registry.h"

namespace sandbox::server {

struct ServerOptions {
  uint16_t platform_port = 30080;  // gRPC, REST, console
  uint16_t objects_port = 30002;
  uint16_t images_port = 30000;  // the image registry
  bool any_port = false;         // a free port is taken where the wanted one is not free
  // Where tasks find them by name on the bridge; none: the same ports.
  std::optional<uint16_t> task_platform_port;
  std::optional<uint16_t> task_objects_port;

  registry::RegistryConfig registry;
  size_t schedule_catch_up = 100;  // ticks of one schedule that are made up for after downtime
  // What task containers may use together; none: what the machine has; 0: no limit.
  std::optional<int64_t> cpu_millis;
  std::optional<int64_t> memory_bytes;
  engine::Offloading offloading;
  uint64_t output_bytes_max = 2 * 1024 * 1024;
  std::string boot;                 // home::BootId
  uint64_t disk_reserve_bytes = 0;  // with less than that free on the disk no work is taken; 0: it is not looked at
  std::optional<std::chrono::seconds> runs_kept;  // after their end; none: for ever
  std::optional<uint64_t> runs_bytes_max;         // of those that ended; none: what the disk takes
  std::vector<ConnectorEndpoint> connectors;
  std::vector<std::string> listen;  // addresses of this machine beside loopback and the bridge; none is a wildcard
  // Beside the usual names of this machine, and its own pages; api/gateway/guard.h.
  std::vector<std::string> allowed_hosts, allowed_origins;
  std::span<const api::ConsoleFile> console;  // the page; they outlive the server
  std::filesystem::path archives;             // a folder for the files of raw containers; emptied at start
  // Addresses are filled in by the server.
  api::About about;
  api::EventHubOptions events;  // its limits; the rest is filled in
};

}  // namespace sandbox::server
