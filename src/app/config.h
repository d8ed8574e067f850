#pragma once

// A user's own settings: HOME/config.yaml, all optional. docs/reference/configuration.md lists them.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "home/start_options.h"
#include "notify/notify.h"
#include "sandbox/base/error.h"
#include "sandbox/base/log.h"
#include "sandbox/engine/run.h"
#include "sandbox/ports/connectors.h"
#include "sandbox/registry/registry.h"

namespace sandbox::app {

struct Config {
  std::string preset = "standard";
  registry::RegistryConfig registry;
  size_t schedule_catch_up = 100;  // ticks of one schedule that are made up for after downtime
  // What task containers may use together; without a value the machine's, 0: no limit.
  struct Capacity {
    std::optional<int64_t> cpu_millis;
    std::optional<int64_t> memory_bytes;
  };
  Capacity capacity;
  engine::Offloading offloading;
  uint64_t output_bytes_max =
      2 * 1024 * 1024;  // of what an attempt writes about its end: outputs.pb, error.pb, futures.pb
  uint64_t disk_reserve_bytes = uint64_t{256} << 20;  // with less than that free no work is taken; 0: not looked at
  std::optional<std::chrono::seconds> runs_kept;      // after their end; none: for ever
  std::optional<uint64_t> runs_bytes_max;             // of those that ended; none: what the disk takes
  notify::Options notifications;
  std::vector<ConnectorEndpoint> connectors;
  std::vector<std::string> listen;  // addresses beside loopback and the bridge
  // Names of this machine by which browsers and clients may come, and origins of pages elsewhere that may use the API.
  std::vector<std::string> allowed_hosts, allowed_origins;
  std::string docker_host;  // empty: found as docs/reference/configuration.md says
  LogLevel log_level = LogLevel::kInfo;
  bool log_json = false;                         // a JSON object a line, instead of words
  std::set<std::string> of_command;              // the settings that the command line gives
  std::vector<std::string> projects_of_command;  // --project, beside the registry's
  // The line of each setting that the file has, by its name: "task_resources.limits.memory".
  std::map<std::string, int> lines;
};

// The preset, level of the log and Docker Engine of the command line beat the file's. A mistake is INVALID_ARGUMENT
// naming file, line and field, or the option, and what would be right. A missing file is all defaults.
Result<Config> LoadConfig(const std::filesystem::path& file, const home::StartOptions& options = {});
// The same of a file's text.
Result<Config> ParseConfig(const std::string& text, const std::filesystem::path& file,
                           const home::StartOptions& options = {});

}  // namespace sandbox::app
