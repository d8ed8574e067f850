#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

int RunProjects(const Context& context) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const auto answer = client->Projects();
  if (!answer) return Complain(answer.error());
  if (context.printer.IsData()) return context.printer.Data(*answer), kExitOk;
  Table table({{"PROJECT"},
               {"DOMAINS"},
               {"DESCRIPTION", Table::Cut::kEnd},
               {.title = "NAME", .wide = true},
               {.title = "STATE", .wide = true}});
  for (const json& project : answer->value("projects", json::array())) {
    std::string domains;
    for (const json& domain : project.value("domains", json::array()))
      domains += Cat(domains.empty() ? "" : ", ", domain.value("id", ""));
    table.Row({project.value("id", ""), domains, project.value("description", ""), project.value("name", ""),
               project.value("state", "")});
  }
  table.Print(context.printer.IsWide());
  return kExitOk;
}

}  // namespace

Verb ProjectsVerb() {
  return {"projects",
          kLooking,
          "the projects and their domains: what -p and -d take",
          "sandbox projects",
          "/projects/*/id",
          Without(RunProjects),
          "project domains namespaces"};
}

}  // namespace sandbox::cli
