#pragma once

// What is new between two looks at an execution, a line each.

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sandbox::cli {

class Changes {
 public:
  // `run` is a Run (docs/reference/local-api.yaml): lines such as "+1.2s  n0 step  RUNNING". They begin with the time
  // since the execution was created: when it happened, as far as that is known, else `now_ms`.
  std::vector<std::string> Look(const nlohmann::json& run, int64_t now_ms);

 private:
  std::map<std::string, std::string> told_;  // by node, empty: the execution
};

// "n0 step" of a RunNode.
std::string NodeText(const nlohmann::json& node);

}  // namespace sandbox::cli
