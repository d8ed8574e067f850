#include <catch2/catch.hpp>
#include <iostream>

#include "unit/entities/transcript.h"
#include "unit/requests/execution_platform.h"

using namespace sandbox;

TEST_CASE("Recorded calls about executions get the recorded answers") {
  const std::string file = GENERATE("exec_validate", "exec_config", "dataproxy", "misc");
  testing::ExecutionPlatform platform;
  const auto outcome =
      testing::PlayTranscript(std::string(SANDBOX_GOLDEN) + "/control/" + file + ".json", platform.Table());
  const auto listed = testing::ListedDeviations(std::string(SANDBOX_GOLDEN) + "/deviations.txt", file);
  std::cout << file << ": " << outcome.played - outcome.differing.size() << " of " << outcome.played
            << " steps as recorded\n";
  for (const std::string& id : outcome.differing) {
    if (!listed.contains(id)) FAIL_CHECK(file << ": " << id << outcome.differences.at(id));
  }
  for (const std::string& id : listed) {
    INFO(file << ": " << id << " is listed as a deviation");
    CHECK(outcome.differences.contains(id));
  }
}
