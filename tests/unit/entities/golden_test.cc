#include <catch2/catch.hpp>

#include "unit/entities/platform.h"
#include "unit/entities/transcript.h"

using namespace sandbox;

TEST_CASE("Recorded calls of the registry get the recorded answers") {
  const std::set<std::string> of_others = {"Admin/CreateExecution",
                                           "Admin/GetExecution",
                                           "Admin/RelaunchExecution",
                                           "Admin/TerminateExecution",
                                           "Admin/GetNodeExecution",
                                           "Admin/GetVersion",
                                           "Admin/CreateWorkflowEvent",
                                           "Admin/CreateNodeEvent",
                                           "Admin/CreateTaskEvent",
                                           "AuthMetadata/GetOAuth2Metadata",
                                           "AuthMetadata/GetPublicClientConfig",
                                           "Health/Check",
                                           "Identity/UserInfo"};
  testing::Platform platform;  // one for all files: some answers depend on rows that others left
  for (const char* file : {"tasks_validate", "tasks_again", "workflows_good", "workflows_bad", "launch_plans", "lists",
                           "projects", "attributes", "exec_config", "misc"})
    testing::CheckTranscript(SANDBOX_GOLDEN, file, platform.Table(), of_others);
}
