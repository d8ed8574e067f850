#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/http_client.h"
#include "cli/table.h"
#include "cli/verbs.h"

namespace sandbox::cli {

int ProjectsVerb(const Common& common) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  auto answer = GetJson(*info, "/api/v1/projects?limit=1000");
  if (!answer) return Complain(kExitOther, answer.error().message);
  if (common.json) {
    std::printf("%s\n", answer->dump(2).c_str());
    return kExitOk;
  }
  Table table({{"PROJECT"}, {"DOMAINS"}, {"DESCRIPTION", Table::Cut::kEnd}});
  for (const auto& project : answer->value("projects", nlohmann::json::array())) {
    std::string domains;
    for (const auto& domain : project.value("domains", nlohmann::json::array()))
      domains += Cat(domains.empty() ? "" : ", ", domain.value("id", ""));
    table.Row({project.value("id", ""), domains, project.value("description", "")});
  }
  table.Print();
  return kExitOk;
}

}  // namespace sandbox::cli
