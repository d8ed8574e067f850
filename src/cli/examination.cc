#include "cli/examination.h"

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/shell_clients.h"
#include "doctor/doctor.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

Result<json> OfMachine(const Context& context) {
  if (home::ReadRuntime(context.home)) {
    if (auto client = context.Connect()) {
      if (auto report = client->Doctor()) return report;
    }
  }
  return ExamineStart(context, {});
}

}  // namespace

Result<json> ExamineStart(const Context& context, const home::StartOptions& options) {
  json report = json::parse(context.host.examine(context.home, options), nullptr, false);
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

Result<json> Examine(const Context& context) {
  auto report = OfMachine(context);
  if (!report) return report;
  const auto variable = [](const char* name) -> const char* { return std::getenv(name); };
  doctor::AddChecks(*report, doctor::ExamineShell(FindClients(), doctor::ReadProxy(variable)));
  return report;
}

}  // namespace sandbox::cli
