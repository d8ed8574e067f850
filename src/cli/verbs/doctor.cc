#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/examination.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

void PrintChecks(const json& report) {
  for (const json& check : report["checks"]) {
    std::printf("%-5s %s\n", check["verdict"].get<std::string>().c_str(), check["text"].get<std::string>().c_str());
    if (check["fix"].is_string()) std::printf("      %s\n", check["fix"].get<std::string>().c_str());
  }
  std::printf("\n%d OK, %d WARN, %d FAIL\n", report["ok"].get<int>(), report["warn"].get<int>(),
              report["fail"].get<int>());
}

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
          kData,
          Without(RunDoctor),
          "check diagnose problems"};
}

}  // namespace sandbox::cli
