#include "api/local/secret_list.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "api/local/row_json.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

json WantedBy(const std::vector<const TaskUse*>& uses) {
  json out = json::array();
  for (const TaskUse* use : OneOfEachTask(uses)) out.push_back(TaskUseRow(*use));
  return out;
}

// As a shell takes it; names of secrets may hold anything but a slash.
std::string Word(const std::string& text) {
  const bool plain =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:@%+=,") ==
      std::string::npos;
  if (plain && !text.starts_with('-')) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

json SecretList(const std::vector<StoredSecret>& stored, const std::vector<TaskUse>& uses) {
  std::map<SecretName, std::vector<const TaskUse*>> wanted;
  for (const TaskUse& use : uses) {
    for (const SecretName& name : use.secrets) wanted[name].push_back(&use);
  }
  json secrets = json::array(), missing = json::array();
  for (const StoredSecret& secret : stored) {
    secrets.push_back({{"group", secret.name.group},
                       {"key", secret.name.key},
                       {"set_at", TimeRow(secret.set_at)},
                       {"wanted_by", WantedBy(wanted[secret.name])}});
    wanted.erase(secret.name);
  }
  for (const auto& [name, by] : wanted) {
    if (std::ranges::none_of(by, &TaskUse::newest)) continue;
    missing.push_back({{"group", name.group},
                       {"key", name.key},
                       {"wanted_by", WantedBy(by)},
                       {"command", Cat("sandbox secrets set ", Word(name.group), " ", Word(name.key))}});
  }
  return {{"secrets", std::move(secrets)}, {"missing", std::move(missing)}};
}

}  // namespace sandbox::api
