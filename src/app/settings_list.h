#pragma once

// The settings of config.yaml as people are shown them: the value in force and who set it.

#include <map>
#include <string>
#include <vector>

#include "api/local/setting.h"
#include "app/config.h"

namespace YAML {
class Node;
}

namespace sandbox::app {

// The line of each setting that holds no others, by its name: "task_resources.limits.memory". From 1 on.
std::map<std::string, int> LinesOf(const YAML::Node& root);

// Every setting. What may hold a password of an address is not shown.
std::vector<api::Setting> SettingsOf(const Config& config);

}  // namespace sandbox::app
