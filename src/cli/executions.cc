#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/http_client.h"
#include "cli/place.h"
#include "cli/table.h"
#include "cli/verbs.h"

namespace sandbox::cli {

int ExecutionsVerb(const Common& common, const Place& place, int limit) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  if (Status known = CheckPlace(*info, place); !known) return Complain(kExitOther, known.error().message);
  auto answer = GetJson(*info, Cat("/api/v1/executions/", UrlEncode(place.project), "/", UrlEncode(place.domain),
                                   "?limit=", limit, "&sort_by.key=created_at&sort_by.direction=DESCENDING"));
  if (!answer) return Complain(kExitOther, answer.error().message);
  if (common.json) {
    std::printf("%s\n", answer->dump(2).c_str());
    return kExitOk;
  }
  Table table({{"NAME"},
               {"PHASE", Table::Cut::kNever, true},
               {"WHAT", Table::Cut::kStart},
               {"VERSION", Table::Cut::kEnd},
               {"STARTED"},
               {"DURATION"}});
  for (const auto& execution : answer->at("executions")) {
    const auto& closure = execution.at("closure");
    const auto& what = execution.at("spec").at("launch_plan");
    const auto text = [&](const char* key) {
      return closure.contains(key) && closure[key].is_string() ? closure[key].get<std::string>() : std::string();
    };
    table.Row({execution.at("id").value("name", ""), text("phase"), what.value("name", ""), what.value("version", ""),
               text("started_at").substr(0, 19), Took(text("duration"))});
  }
  if (table.Empty()) {
    std::fprintf(stderr, "no executions in %s/%s\n", place.project.c_str(), place.domain.c_str());
    return kExitOk;
  }
  table.Print();
  return kExitOk;
}

}  // namespace sandbox::cli
