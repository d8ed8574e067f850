#include "app/config.h"

#include <yaml-cpp/yaml.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/config_mistake.h"
#include "app/config_places.h"
#include "app/config_resources.h"
#include "app/config_services.h"
#include "app/log_file.h"
#include "app/settings_list.h"
#include "sandbox/base/age.h"
#include "sandbox/base/quantity.h"

namespace sandbox::app {
namespace {

constexpr int64_t kRunsBytesLeast = int64_t{100} << 20;  // less would be a mistake
constexpr uint64_t kOutputMbMax = 1024;     // more than a message of protobuf's can hold must not come together
constexpr uint64_t kOffloadedMbMax = 2000;  // likewise

// "mybox.local", "192.168.0.7", "[fe80::1]".
bool IsHostName(const std::string& text) {
  const bool address = text.size() > 2 && text.starts_with('[') && text.ends_with(']');
  return !text.empty() && text.find_first_of(" \t/*,@") == std::string::npos &&
         (address || text.find_first_of("[]:") == std::string::npos);
}

// One that a socket can have. All interfaces at once is none: loopback would be taken twice.
bool IsOwnAddress(const std::string& text) {
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(text, failure);
  return !failure && !address.is_unspecified() && !address.is_multicast();
}

// "http://localhost:3000", as a browser writes it into the header of that name.
bool IsOrigin(const std::string& text) {
  const size_t scheme = text.find("://");
  if (scheme == std::string::npos || (text.substr(0, scheme) != "http" && text.substr(0, scheme) != "https"))
    return false;
  const std::string host = text.substr(scheme + 3);
  return IsHostName(host) || IsAddress(host);
}

Status ApplyPreset(const std::string& name, registry::TaskResources& resources) {
  if (name == "standard") {
    resources.defaults = {{"cpu", "500m"}, {"memory", "1Gi"}};
    resources.limits = {};
  } else if (name == "classic") {
    // The numbers of the original tutorial.
    resources.defaults = {{"cpu", "100m"}, {"memory", "200Mi"}, {"storage", "5Mi"}};
    resources.limits = {{"cpu", "2"}, {"memory", "1Gi"}, {"gpu", "1"}, {"storage", "20Mi"}};
  } else {
    return Fail(Code::kInvalidArgument, "BAD_PRESET", Cat("unknown preset '", name, "': use standard or classic"));
  }
  return {};
}

class Reader {
 public:
  Reader(const std::filesystem::path& file, Config& config) : file_(file), config_(config) {}

  Status Read(const YAML::Node& root) {
    if (root.IsNull()) return {};
    if (!root.IsMap()) return Mistake(file_, root.Mark(), "settings are a mapping, such as `preset: classic`");
    for (const auto& entry : root) {
      if (Status read = Field(entry.first.Scalar(), entry.first, entry.second); !read) return read;
    }
    return {};
  }

 private:
  Status Field(const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    if (name == "preset") return {};  // read before everything else
    if (name == "task_resources") return ReadTaskResources(file_, value, config_.registry.task_resources);
    if (name == "max_parallelism") {
      uint32_t number = 0;
      if (!value.IsScalar() || !YAML::convert<uint32_t>::decode(value, number))
        return Mistake(file_, key.Mark(), "max_parallelism: expected a whole number, 0 for no limit");
      config_.registry.max_parallelism = number;
      return {};
    }
    if (name == "schedules") return Schedules(value);
    if (name == "capacity") return ReadCapacity(file_, value, config_.capacity);
    if (name == "max_output_mb") {
      auto number = Megabytes(name, value, kOutputMbMax);
      if (!number) return std::unexpected(std::move(number.error()));
      config_.output_bytes_max = *number << 20;
      return {};
    }
    if (name == "disk_reserve_mb") {
      uint32_t number = 0;
      if (!value.IsScalar() || !YAML::convert<uint32_t>::decode(value, number))
        return Mistake(file_, key.Mark(),
                       "disk_reserve_mb: expected a whole number of megabytes, 0 to look at no disk");
      config_.disk_reserve_bytes = uint64_t{number} << 20;
      return {};
    }
    if (name == "retention") return Retention(value);
    if (name == "literal_offloading") return LiteralOffloading(value);
    if (name == "notifications") return ReadNotifications(file_, value, config_.notifications);
    if (name == "connectors") return Into(ReadConnectors(file_, value), config_.connectors);
    if (name == "listen")
      return Texts(name, value, IsOwnAddress,
                   "no address of one interface; write it as 192.168.1.5, or \"fd00::5\", and each of several",
                   config_.listen);
    if (name == "allowed_hosts")
      return Texts(name, value, IsHostName, "no host name; write it without scheme and port, such as mybox.local",
                   config_.allowed_hosts);
    if (name == "allowed_origins")
      return Texts(name, value, IsOrigin, "no origin; write it as http://host:port, without a path",
                   config_.allowed_origins);
    if (name == "log_format") {
      const std::string format = value.IsScalar() ? value.Scalar() : "";
      if (format != "text" && format != "json")
        return Mistake(file_, key.Mark(), Cat("log_format: '", format, "' is none: use text or json"));
      config_.log_json = format == "json";
      return {};
    }
    if (name == "log_level") {
      const auto level = ParseLogLevel(value.IsScalar() ? value.Scalar() : "");
      if (!level) return Mistake(file_, key.Mark(), "log_level: " + level.error().message);
      config_.log_level = *level;
      return {};
    }
    if (name == "projects") return Into(ReadProjects(file_, value), config_.registry.projects);
    if (name == "domains") return Into(ReadDomains(file_, value), config_.registry.domains);
    if (name == "docker_host") {
      if (!value.IsScalar())
        return Mistake(file_, key.Mark(), "docker_host: expected an address such as unix:///var/run/docker.sock");
      config_.docker_host = value.Scalar();
      return {};
    }
    return Mistake(
        file_, key.Mark(),
        Cat("unknown setting '", name,
            "' (known: preset, task_resources, max_parallelism, schedules, capacity, max_output_mb, disk_reserve_mb, "
            "retention, literal_offloading, notifications, connectors, listen, allowed_hosts, allowed_origins, "
            "projects, domains, log_level, log_format, docker_host)"));
  }

  template <typename Value>
  Status Into(Result<Value> read, Value& into) {
    if (!read) return std::unexpected(std::move(read.error()));
    into = std::move(*read);
    return {};
  }

  // A list of texts, each of them `right`.
  Status Texts(const std::string& name, const YAML::Node& list, bool (*right)(const std::string&),
               const char* otherwise, std::vector<std::string>& into) {
    if (!list.IsSequence()) return Mistake(file_, list.Mark(), Cat(name, ": expected a list, such as [one, two]"));
    for (const auto& entry : list) {
      const std::string text = entry.IsScalar() ? entry.Scalar() : "";
      if (!right(text)) return Mistake(file_, entry.Mark(), Cat(name, ": '", text, "' is ", otherwise));
      into.push_back(text);
    }
    return {};
  }

  Result<uint64_t> Megabytes(const std::string& name, const YAML::Node& value, uint64_t most) {
    uint64_t number = 0;
    if (value.IsScalar() && YAML::convert<uint64_t>::decode(value, number) && number >= 1 && number <= most)
      return number;
    return Mistake(file_, value.Mark(), Cat(name, ": expected a whole number of megabytes from 1 to ", most));
  }

  Status Retention(const YAML::Node& block) {
    if (!block.IsMap()) return Mistake(file_, block.Mark(), "retention: expected `runs: 30d`, `size: 20Gi`, or both");
    for (const auto& entry : block) {
      const std::string name = entry.first.Scalar(), value = entry.second.IsScalar() ? entry.second.Scalar() : "";
      if (name == "runs") {
        const auto age = ParseAge(value);
        if (!age) return Mistake(file_, entry.second.Mark(), Cat("retention.runs: ", age.error().message));
        if (*age < std::chrono::hours(1))
          return Mistake(file_, entry.second.Mark(), "retention.runs: runs are kept for at least an hour: 1h");
        config_.runs_kept = *age;
      } else if (name == "size") {
        const auto size = Quantity::Parse(value);
        if (!size || size->Value() < kRunsBytesLeast)
          return Mistake(file_, entry.second.Mark(),
                         Cat("retention.size: '", value, "' is no size of at least 100Mi, such as 20Gi"));
        config_.runs_bytes_max = static_cast<uint64_t>(size->Value());
      } else {
        return Mistake(file_, entry.first.Mark(), Cat("retention: unknown setting '", name, "' (known: runs, size)"));
      }
    }
    return {};
  }

  Status LiteralOffloading(const YAML::Node& block) {
    if (!block.IsMap()) return Mistake(file_, block.Mark(), "literal_offloading: expected `enabled: true`");
    engine::Offloading& into = config_.offloading;
    for (const auto& entry : block) {
      const std::string name = entry.first.Scalar();
      if (name == "enabled") {
        if (!entry.second.IsScalar() || !YAML::convert<bool>::decode(entry.second, into.enabled))
          return Mistake(file_, entry.second.Mark(), "literal_offloading.enabled: expected true or false");
        continue;
      }
      if (name != "min_size_mb" && name != "max_size_mb") {
        return Mistake(
            file_, entry.first.Mark(),
            Cat("literal_offloading: unknown setting '", name, "' (known: enabled, min_size_mb, max_size_mb)"));
      }
      auto number = Megabytes("literal_offloading." + name, entry.second, kOffloadedMbMax);
      if (!number) return std::unexpected(std::move(number.error()));
      (name == "min_size_mb" ? into.min_mb : into.max_mb) = *number;
    }
    if (into.min_mb < into.max_mb) return {};
    return Mistake(
        file_, block.Mark(),
        Cat("literal_offloading: min_size_mb [", into.min_mb, "] must be below max_size_mb [", into.max_mb, "]"));
  }

  Status Schedules(const YAML::Node& block) {
    if (!block.IsMap()) return Mistake(file_, block.Mark(), "schedules: expected `catch_up: 100`");
    for (const auto& entry : block) {
      if (entry.first.Scalar() != "catch_up")
        return Mistake(file_, entry.first.Mark(),
                       Cat("schedules: unknown setting '", entry.first.Scalar(), "' (known: catch_up)"));
      uint32_t number = 0;
      if (!entry.second.IsScalar() || !YAML::convert<uint32_t>::decode(entry.second, number)) {
        return Mistake(file_, entry.second.Mark(),
                       "schedules.catch_up: expected how many missed ticks are made up for, 0 for none");
      }
      config_.schedule_catch_up = number;
    }
    return {};
  }

  const std::filesystem::path& file_;
  Config& config_;
};

// What the command line says beats the file.
Status TakeOptions(const home::StartOptions& options, Config& config) {
  if (!options.log_level.empty()) {
    const auto level = ParseLogLevel(options.log_level);
    if (!level) return std::unexpected(level.error());
    config.log_level = *level;
    config.of_command.insert("log_level");
  }
  if (!options.docker_host.empty()) {
    config.docker_host = options.docker_host;
    config.of_command.insert("docker_host");
  }
  return {};
}

}  // namespace

Result<Config> LoadConfig(const std::filesystem::path& file, const home::StartOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return ParseConfig("", file, options);
  const bool is_file = !std::filesystem::is_directory(file, ignored);
  std::ifstream text(file);
  if (!is_file || !text)
    return Fail(Code::kInvalidArgument, "BAD_CONFIG",
                Cat("cannot read ", file.string(), ": ", std::strerror(is_file ? errno : EISDIR)));
  return ParseConfig({std::istreambuf_iterator<char>(text), {}}, file, options);
}

Result<Config> ParseConfig(const std::string& text, const std::filesystem::path& file,
                           const home::StartOptions& options) {
  Config config;
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& mistake) {
    return Mistake(file, mistake.mark, mistake.msg);
  }
  if (root.IsMap() && root["preset"]) {
    if (!root["preset"].IsScalar()) return Mistake(file, root["preset"].Mark(), "preset: use standard or classic");
    config.preset = root["preset"].Scalar();
    if (Status known = ApplyPreset(config.preset, config.registry.task_resources); !known)
      return Mistake(file, root["preset"].Mark(), known.error().message);
  }
  if (!options.preset.empty()) {
    config.preset = options.preset;
    config.of_command.insert("preset");
  }
  config.lines = LinesOf(root);
  if (Status known = ApplyPreset(config.preset, config.registry.task_resources); !known)
    return std::unexpected(std::move(known.error()));
  if (Status read = Reader(file, config).Read(root); !read) return std::unexpected(std::move(read.error()));
  if (Status taken = TakeOptions(options, config); !taken) return std::unexpected(std::move(taken.error()));
  return config;
}

}  // namespace sandbox::app
