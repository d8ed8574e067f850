#include "app/settings_list.h"

#include <yaml-cpp/yaml.h>

#include <set>

#include "app/log_file.h"
#include "sandbox/base/age.h"

namespace sandbox::app {
namespace {

// A block may hold itself (`a: &a {b: *a}`): no setting is deeper than this.
constexpr int kDepthMax = 4;

void AddLines(const YAML::Node& node, const std::string& name, int depth, std::map<std::string, int>* lines) {
  if (!node.IsMap() || depth > kDepthMax) return;
  for (const auto& entry : node) {
    const std::string inner = name.empty() ? entry.first.Scalar() : Cat(name, ".", entry.first.Scalar());
    if (entry.second.IsMap()) {
      AddLines(entry.second, inner, depth + 1, lines);
    } else {
      (*lines)[inner] = entry.first.Mark().line + 1;
    }
  }
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::vector<std::string> Addresses(const std::vector<ConnectorEndpoint>& endpoints) {
  std::vector<std::string> out;
  for (const ConnectorEndpoint& each : endpoints) out.push_back(each.address);
  return out;
}

template <typename Entry>
std::string Ids(const std::vector<Entry>& entries) {
  std::vector<std::string> out;
  for (const Entry& each : entries) out.push_back(each.id);
  return Joined(out);
}

class SettingsList {
 public:
  explicit SettingsList(const Config& config) : config_(config) {}

  // `otherwise`: who sets it where the file does not.
  void Add(const std::string& name, std::string value, const char* otherwise = "default") {
    const auto line = config_.lines.find(name);
    out_.push_back({name, std::move(value),
                    config_.of_command.contains(name) ? "command line"
                    : line == config_.lines.end()     ? std::string(otherwise)
                                                      : Cat("config.yaml:", line->second)});
  }

  void AddQuantities(const std::string& part, const std::map<std::string, std::string>& quantities) {
    std::set<std::string> names = {"cpu", "memory"};
    for (const auto& [name, quantity] : quantities) names.insert(name);
    for (const std::string& name : names) {
      const auto found = quantities.find(name);
      Add(Cat("task_resources.", part, ".", name), found == quantities.end() ? "" : found->second, "preset");
    }
  }

  std::vector<api::Setting> Take() { return std::move(out_); }

 private:
  const Config& config_;
  std::vector<api::Setting> out_;
};

// "http://hook/x" of an address that may have a password in it.
std::string WithoutPassword(const std::string& address) {
  const size_t scheme = address.find("://"), at = address.rfind('@');
  const size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  const std::string shown =
      at == std::string::npos || at < begin ? address : address.substr(0, begin) + address.substr(at + 1);
  return shown.substr(0, shown.find('?'));
}

}  // namespace

std::map<std::string, int> LinesOf(const YAML::Node& root) {
  std::map<std::string, int> out;
  AddLines(root, "", 1, &out);
  return out;
}

std::vector<api::Setting> SettingsOf(const Config& config) {
  SettingsList list(config);
  list.Add("preset", config.preset);
  list.AddQuantities("defaults", config.registry.task_resources.defaults);
  list.AddQuantities("limits", config.registry.task_resources.limits);
  const auto amount = [](const std::optional<int64_t>& value, const char* unit) {
    return !value ? std::string() : *value == 0 ? std::string("0") : Cat(*value, unit);
  };
  list.Add("max_parallelism", std::to_string(config.registry.max_parallelism));
  list.Add("schedules.catch_up", std::to_string(config.schedule_catch_up));
  list.Add("capacity.cpu", amount(config.capacity.cpu_millis, "m"));
  list.Add("capacity.memory", amount(config.capacity.memory_bytes, ""));
  list.Add("max_output_mb", std::to_string(config.output_bytes_max >> 20));
  list.Add("disk_reserve_mb", std::to_string(config.disk_reserve_bytes >> 20));
  list.Add("retention.runs", config.runs_kept ? FormatAge(*config.runs_kept) : "");
  list.Add("retention.size", config.runs_bytes_max ? std::to_string(*config.runs_bytes_max) : "");
  list.Add("literal_offloading.enabled", config.offloading.enabled ? "true" : "false");
  list.Add("literal_offloading.min_size_mb", std::to_string(config.offloading.min_mb));
  list.Add("literal_offloading.max_size_mb", std::to_string(config.offloading.max_mb));
  list.Add("notifications.webhook", WithoutPassword(config.notifications.webhook));
  list.Add("notifications.smtp", WithoutPassword(config.notifications.smtp));
  list.Add("notifications.from", config.notifications.mail_from);
  list.Add("connectors", Joined(Addresses(config.connectors)));
  list.Add("listen", Joined(config.listen));
  list.Add("allowed_hosts", Joined(config.allowed_hosts));
  list.Add("allowed_origins", Joined(config.allowed_origins));
  list.Add("projects", Ids(config.registry.projects));
  list.Add("domains", Ids(config.registry.domains));
  list.Add("log_level", NameOfLogLevel(config.log_level));
  list.Add("log_format", config.log_json ? "json" : "text");
  list.Add("docker_host", WithoutPassword(config.docker_host));
  return list.Take();
}

}  // namespace sandbox::app
