#include <nlohmann/json.hpp>

#include "cli/examination.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

int RunDoctor(const Context& context) {
  const auto report = Examine(context);
  if (!report) return Complain(report.error());
  if (context.printer.IsData()) {
    context.printer.Data(*report);
  } else {
    PrintChecks(*report);
  }
  return (*report)["fail"].get<int>() == 0 ? kExitOk : kExitDoctorFailures;
}

}  // namespace

Verb DoctorVerb() {
  return {"doctor",
          kLife,
          "look whether this machine can do its work, and how to mend it",
          "sandbox doctor -o json",
          "/checks/*/id",
          Without(RunDoctor),
          "check diagnose problems"};
}

}  // namespace sandbox::cli
