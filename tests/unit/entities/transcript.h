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
  size_t steps = 0;  // of the file
  size_t played = 0;
  std::set<std::string> left_out;                  // methods that the table does not have, as "Admin/GetVersion"
  std::set<std::string> steps_left_out;            // ids of the steps that call them
  std::vector<std::string> differing;              // step ids
  std::map<std::string, std::string> differences;  // step id to what was expected and what came
};

// Steps whose method is in the table; others are left out, and told.
Outcome PlayTranscript(const std::string& path, const api::MethodTable& table);

// Plays tests/golden/control/FILE.json, and fails for each answer that differs and is not listed in deviations.txt, for
// each that is listed and does not differ, for each method that is left out and not among `of_others`, and when nothing
// was played.
void CheckTranscript(const std::string& golden, const std::string& file, const api::MethodTable& table,
                     const std::set<std::string>& of_others);

// Step ids that deviations.txt lists for that file, but for those that wait for the real engine ("next:"): a stand-in
// plays these.
std::set<std::string> ListedDeviations(const std::string& path, const std::string& file);

}  // namespace sandbox::testing
