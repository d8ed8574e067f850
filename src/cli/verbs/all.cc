#include "cli/verbs/all.h"

namespace sandbox::cli {

const std::vector<Verb>& AllVerbs() {
  static const std::vector<Verb> kVerbs = {
      StartVerb(),       StatusVerb(),     DoctorVerb(),      StopVerb(),         TeardownVerb(),  InstancesVerb(),
      ReloadVerb(),      BackupVerb(),     RestoreVerb(),     VersionVerb(),      EnvVerb(),       ExecVerb(),
      ProjectsVerb(),    ExecutionsVerb(), GetVerb(),         PodsVerb(),         LogsVerb(),      ReproVerb(),
      TerminateVerb(),   RelaunchVerb(),   RecoverVerb(),     SetVerb(),          ApproveVerb(),   RejectVerb(),
      BuildVerb(),       BuildsVerb(),     ListImagesVerb(),  PullImageVerb(),    LoadImageVerb(), RemoveImageVerb(),
      PruneImagesVerb(), SetSecretVerb(),  ListSecretsVerb(), DeleteSecretVerb(),
  };
  return kVerbs;
}

std::string FamilyHelp(const std::string& family) {
  if (family == "secrets") return "set, list or delete values that tasks ask for; kept encrypted";
  if (family == "image") return "list, pull, load, remove images that tasks run in";
  return "";
}

}  // namespace sandbox::cli
