#pragma once

// A setting of this machine with who set it.

#include <string>

namespace sandbox::api {

struct Setting {
  std::string name;   // as config.yaml has it: "task_resources.limits.memory"
  std::string value;  // in words; empty: none
  std::string from;   // "config.yaml:3", "preset", "command line", "default"
};

}  // namespace sandbox::api
