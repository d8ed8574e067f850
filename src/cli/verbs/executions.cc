#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/place.h"
#include "cli/table.h"
#include "cli/tree.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct ExecutionsValues {
  Place place;
  int limit = 20;
};

void ExecutionsOptions(Options& options, ExecutionsValues& values) {
  options.InPlace(values.place);
  options.Number("--limit", "N", values.limit, 1, 10000, "how many, the newest first");
}

std::string ErrorOf(const json& closure) {
  if (!closure.contains("error") || !closure["error"].is_object()) return "";
  return ErrorGist(closure["error"].value("message", ""));
}

Table ExecutionTable(const json& executions) {
  Table table({{"NAME"},
               {"PHASE", Table::Cut::kNever, true},
               {"WHAT", Table::Cut::kStart},
               {.title = "VERSION", .cut = Table::Cut::kEnd, .spare = true},
               {"STARTED"},
               {"DURATION"},
               {.title = "MODE", .wide = true},
               {.title = "ERROR", .wide = true}});
  for (const json& execution : executions) {
    const json& closure = execution.at("closure");
    const json& what = execution.at("spec").at("launch_plan");
    const auto text = [&](const char* key) {
      return closure.contains(key) && closure[key].is_string() ? closure[key].get<std::string>() : std::string();
    };
    const json metadata = execution.at("spec").value("metadata", json::object());
    table.Row({execution.at("id").value("name", ""), text("phase"), what.value("name", ""), what.value("version", ""),
               text("started_at").substr(0, 19), Took(text("duration")),
               metadata.is_object() ? metadata.value("mode", "") : "", ErrorOf(closure)});
  }
  return table;
}

int RunExecutions(const Context& context, const ExecutionsValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  if (Status known = CheckPlace(*client, values.place); !known) return Complain(known.error());
  const auto answer = client->Executions(values.place, values.limit);
  if (!answer) return Complain(answer.error());
  if (context.printer.IsData()) return context.printer.Data(*answer), kExitOk;
  const json executions = answer->value("executions", json::array());
  if (executions.empty()) {
    std::fprintf(stderr, "no executions in %s/%s\n", values.place.project.c_str(), values.place.domain.c_str());
    return kExitOk;
  }
  ExecutionTable(executions).Print(context.printer.IsWide());
  return kExitOk;
}

}  // namespace

Verb ExecutionsVerb() {
  return {"executions",
          kLooking,
          "the newest executions",
          "sandbox executions -d staging --limit 5\nsandbox executions -o wide",
          "/executions/*/id/name",
          With(ExecutionsOptions, RunExecutions),
          "list ls runs jobs execution workflows history"};
}

}  // namespace sandbox::cli
