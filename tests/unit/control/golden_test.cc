#include <catch2/catch.hpp>

#include "unit/control/execution_platform.h"
#include "unit/entities/transcript.h"

using namespace sandbox;

TEST_CASE("Recorded calls about executions get the recorded answers") {
  const std::set<std::string> of_others = {"Admin/GetVersion", "AuthMetadata/GetOAuth2Metadata",
                                           "AuthMetadata/GetPublicClientConfig", "Health/Check", "Identity/UserInfo"};
  const std::string file = GENERATE("exec_validate", "exec_config", "dataproxy", "misc");
  testing::ExecutionPlatform platform;
  testing::CheckTranscript(SANDBOX_GOLDEN, file, platform.Table(), of_others);
}
