#include <catch2/catch.hpp>
#include <iostream>

#include "unit/entities/platform.h"
#include "unit/entities/transcript.h"

using namespace sandbox;

TEST_CASE("Recorded calls of the registry get the recorded answers") {
  testing::Platform platform;  // one for all files: some answers depend on rows that others left
  for (const std::string file : {"tasks_validate", "tasks_again", "workflows_good", "workflows_bad", "launch_plans",
                                 "lists", "projects", "attributes", "exec_config", "misc"}) {
    const auto outcome =
        testing::PlayTranscript(std::string(SANDBOX_GOLDEN) + "/control/" + file + ".json", platform.Table());
    const auto listed = testing::ListedDeviations(std::string(SANDBOX_GOLDEN) + "/deviations.txt", file);
    std::cout << file << ": " << outcome.played - static_cast<int>(outcome.differing.size()) << " of " << outcome.played
              << " steps as recorded\n";
    for (const std::string& id : outcome.differing) {
      if (!listed.contains(id)) FAIL_CHECK(file << ": " << id << outcome.differences.at(id));
    }
    for (const std::string& id : listed) {
      INFO(file << ": " << id << " is listed as a deviation");
      CHECK(outcome.differences.contains(id));
    }
  }
}
