#pragma once

// Plays recorded calls (tests/golden/control/README.md has the format) in process through a method table.

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "api/method.h"

namespace sandbox::testing {

struct Outcome {
  int played = 0;
  std::vector<std::string> differing;              // step ids
  std::map<std::string, std::string> differences;  // step id to what was expected and what came
};

// Steps whose method is in the table; others are skipped.
Outcome PlayTranscript(const std::string& path, const api::MethodTable& table);

// Step ids that deviations.txt lists for that file, but for those that wait for the real engine ("next:"): a stand-in
// plays these.
std::set<std::string> ListedDeviations(const std::string& path, const std::string& file);

}  // namespace sandbox::testing
