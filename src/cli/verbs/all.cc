#include "cli/verbs/all.h"

namespace sandbox::cli {

const std::vector<Verb>& AllVerbs() {
  static const std::vector<Verb> kVerbs = {
      // The sandbox
      StartVerb(),
      StatusVerb(),
      DoctorVerb(),
      StopVerb(),
      TeardownVerb(),
      InstancesVerb(),
      ReloadVerb(),
      BackupVerb(),
      RestoreVerb(),
      GcVerb(),
      VersionVerb(),
      ShowConfigVerb(),
      PathOfConfigVerb(),
      CheckConfigVerb(),
      EditConfigVerb(),
      SqlVerb(),
      BugReportVerb(),
      // Clients of it
      EnvVerb(),
      ExecVerb(),
      KubeconfigVerb(),
      ShellVerb(),
      UiVerb(),
      CompletionVerb(),
      // Executions
      ProjectsVerb(),
      RunVerb(),
      ExecutionsVerb(),
      GetVerb(),
      DescribeVerb(),
      WatchVerb(),
      PodsVerb(),
      LogsVerb(),
      EventsVerb(),
      CompareVerb(),
      DebugVerb(),
      ReproVerb(),
      TerminateVerb(),
      RelaunchVerb(),
      RecoverVerb(),
      // What executions wait for
      SetVerb(),
      ApproveVerb(),
      RejectVerb(),
      // Schedules, images, secrets, objects
      ListSchedulesVerb(),
      PauseScheduleVerb(),
      ResumeScheduleVerb(),
      RunScheduleVerb(),
      BuildVerb(),
      BuildsVerb(),
      ListImagesVerb(),
      PullImageVerb(),
      LoadImageVerb(),
      RemoveImageVerb(),
      PruneImagesVerb(),
      SetSecretVerb(),
      ListSecretsVerb(),
      DeleteSecretVerb(),
      ListObjectsVerb(),
      CopyObjectVerb(),
      CatObjectVerb(),
      RemoveObjectVerb(),
  };
  return kVerbs;
}

std::string FamilyHelp(const std::string& family) {
  if (family == "secrets") return "set, list or delete values that tasks ask for; kept encrypted";
  if (family == "image") return "list, pull, load, remove images that tasks run in";
  if (family == "config") return "show, check or edit the settings of config.yaml";
  if (family == "schedules") return "list, pause, resume or run launch plans with a schedule";
  if (family == "object") return "list, copy, print or remove what is in the object store";
  return "";
}

}  // namespace sandbox::cli
