#include "cli/examination.h"

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
  json report = json::parse(context.host.examine(context.home), nullptr, false);
  if (!report.is_object()) return Internal("the checks could not be read");
  return report;
}

}  // namespace

Result<json> Examine(const Context& context) {
  auto report = OfMachine(context);
  if (!report) return report;
  const auto variable = [](const char* name) -> const char* { return std::getenv(name); };
  doctor::AddChecks(*report, doctor::ExamineShell(FindClients(), doctor::ReadProxy(variable)));
  return report;
}

}  // namespace sandbox::cli
