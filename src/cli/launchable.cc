#include "cli/launchable.h"

#include <algorithm>

#include "cli/help.h"
#include "cli/inputs.h"
#include "cli/place.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct Named {
  std::string kind, name;
  bool operator==(const Named&) const = default;
};

constexpr const char* kKinds[] = {"launch_plan", "workflow", "task"};

std::string LastPart(const std::string& name) { return name.substr(name.rfind('.') + 1); }  // npos + 1 is 0

Result<std::vector<Named>> NamesIn(Client& client, const Place& place, const std::string& text) {
  std::vector<Named> out;
  for (const char* kind : kKinds) {
    const auto answer = client.Entities(kind, place, text);
    if (!answer) return std::unexpected(answer.error());
    for (const json& entity : answer->at("entities")) {
      // The platform makes launch plans for tasks that are run by themselves.
      if (const std::string name = entity.value("name", ""); !name.starts_with(".flytegen."))
        out.push_back({kind, name});
    }
  }
  return out;
}

Error UnknownName(Client& client, const Place& place, const std::string& name) {
  std::vector<std::string> names;
  if (const auto all = NamesIn(client, place, "")) {
    for (const Named& each : *all) names.insert(names.end(), {each.name, LastPart(each.name)});
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::vector<std::string> near = NearestOf(names, name);
  return NotFound(Cat("there is no task, workflow or launch plan ", name, " in ", place.project, "/", place.domain,
                      near.empty()
                          ? "; `pyflyte register FILE` registers what is in a file, -p and -d choose another place"
                          : Cat("; did you mean ", near[0], "? -p and -d choose another place")))
      .error();
}

// The first of these kinds that has the name; of last parts only one may.
Result<Named> Choose(Client& client, const Place& place, const std::string& name) {
  const auto found = NamesIn(client, place, name);
  if (!found) return std::unexpected(found.error());
  const auto whole = std::ranges::find(*found, name, &Named::name);
  if (whole != found->end()) return *whole;
  std::vector<Named> ends;
  for (const Named& each : *found) {
    const bool known = std::ranges::find(ends, each.name, &Named::name) != ends.end();
    if (!known && LastPart(each.name) == name) ends.push_back(each);
  }
  if (ends.size() == 1) return ends[0];
  if (ends.empty()) return std::unexpected(UnknownName(client, place, name));
  std::string text = Cat(ends.size(), " names end with ", name, ", type the whole one:");
  for (const Named& each : ends) text += "\n  " + each.name;
  return NotFound(std::move(text));
}

}  // namespace

Result<Launchable> FindLaunchable(Client& client, const Place& place, const std::string& name,
                                  const std::string& version) {
  if (Status known = CheckPlace(client, place); !known) return std::unexpected(known.error());
  const auto chosen = Choose(client, place, name);
  if (!chosen) return std::unexpected(chosen.error());
  const std::string kind = chosen->kind == "task" ? "task" : "launch_plan";
  const auto definition = client.Definition(kind, place, chosen->name, version);
  if (!definition && definition.error().code == Code::kNotFound)
    return NotFound(version.empty()
                        ? Cat("workflow ", chosen->name, " has no launch plan of its name; run one that it has")
                        : Cat(chosen->name, " has no version ", version, " in ", place.project, "/", place.domain,
                              "; leave --version out for the newest"));
  if (!definition) return std::unexpected(definition.error());
  return Launchable{definition->at("id"), kind == "task" ? InputsOfTask(*definition) : InputsOfLaunchPlan(*definition)};
}

}  // namespace sandbox::cli
