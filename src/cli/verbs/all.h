#pragma once

// One function a verb, each in the file of its name.

#include "cli/verb.h"

namespace sandbox::cli {

Verb StartVerb();
Verb StatusVerb();
Verb StopVerb();
Verb TeardownVerb();
Verb VersionVerb();
Verb InstancesVerb();
Verb ReloadVerb();
Verb BackupVerb();
Verb RestoreVerb();
Verb GcVerb();
Verb DoctorVerb();
Verb EnvVerb();
Verb ExecVerb();
Verb KubeconfigVerb();
Verb ProjectsVerb();
Verb ExecutionsVerb();
Verb GetVerb();
Verb PodsVerb();
Verb LogsVerb();
Verb ReproVerb();
Verb TerminateVerb();
Verb RelaunchVerb();
Verb RecoverVerb();
Verb DescribeVerb();
Verb RunVerb();
Verb WatchVerb();
Verb DebugVerb();
Verb CompareVerb();
Verb EventsVerb();
Verb UiVerb();
Verb ShellVerb();
Verb CompletionVerb();
Verb SqlVerb();
Verb BugReportVerb();
Verb ShowConfigVerb();
Verb PathOfConfigVerb();
Verb CheckConfigVerb();
Verb EditConfigVerb();
Verb ListSchedulesVerb();
Verb PauseScheduleVerb();
Verb ResumeScheduleVerb();
Verb RunScheduleVerb();
Verb ListObjectsVerb();
Verb CopyObjectVerb();
Verb CatObjectVerb();
Verb RemoveObjectVerb();
Verb SetVerb();
Verb ApproveVerb();
Verb RejectVerb();
Verb SetSecretVerb();
Verb ListSecretsVerb();
Verb DeleteSecretVerb();
Verb BuildVerb();
Verb BuildsVerb();
Verb ListImagesVerb();
Verb PullImageVerb();
Verb LoadImageVerb();
Verb RemoveImageVerb();
Verb PruneImagesVerb();

// Headings of the help page.
inline constexpr char kLife[] = "The sandbox";
inline constexpr char kClients[] = "Clients of it";
inline constexpr char kLooking[] = "Executions";
inline constexpr char kGates[] = "What executions wait for";
inline constexpr char kImages[] = "Images of tasks";
inline constexpr char kSecrets[] = "Secrets";
inline constexpr char kSchedules[] = "Schedules";
inline constexpr char kObjects[] = "Objects";

// What `stop` and `teardown` share: ends the process that runs in the data directory, within 30 s.
Status StopProcess(const Context& context);

}  // namespace sandbox::cli
