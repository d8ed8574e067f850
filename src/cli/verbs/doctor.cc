#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

// Of the running sandbox, which knows the images that tasks name; else of this machine alone. A sandbox that was killed
// or does not answer is no reason to say nothing.
Result<json> Examined(const Context& context) {
  if (home::ReadRuntime(context.home)) {
    if (auto client = context.Connect()) {
      if (auto report = client->Doctor()) return report;
    }
  }
  json report = json::parse(context.host.examine(context.home), nullptr, false);
  if (!report.is_object()) return Internal("the checks could not be read");
  return report;
}

void PrintChecks(const json& report) {
  for (const json& check : report["checks"]) {
    std::printf("%-5s %s\n", check["verdict"].get<std::string>().c_str(), check["text"].get<std::string>().c_str());
    if (check["fix"].is_string()) std::printf("      %s\n", check["fix"].get<std::string>().c_str());
  }
  std::printf("\n%d OK, %d WARN, %d FAIL\n", report["ok"].get<int>(), report["warn"].get<int>(),
              report["fail"].get<int>());
}

int RunDoctor(const Context& context) {
  const auto report = Examined(context);
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
