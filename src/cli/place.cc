#include "cli/place.h"

#include <nlohmann/json.hpp>

namespace sandbox::cli {
namespace {

using nlohmann::json;

std::string Joined(const json& list) {
  std::string out;
  for (const json& item : list) out += Cat(out.empty() ? "" : ", ", item.value("id", ""));
  return out;
}

using Fetch = Result<json> (Client::*)(const Place&, const std::string&);

Result<json> Find(Client& client, Place& place, const std::string& name, Fetch fetch) {
  auto answer = (client.*fetch)(place, name);
  if (answer || answer.error().code != Code::kNotFound) return answer;
  const auto found = client.PlacesOf(name);
  const json places = found ? found->value("executions", json::array()) : json::array();
  if (places.size() == 1 && !place.given) {
    place.project = places[0].value("project", "");
    place.domain = places[0].value("domain", "");
    return (client.*fetch)(place, name);
  }
  if (Status known = CheckPlace(client, place); !known) return std::unexpected(std::move(known.error()));
  std::string where;
  for (const json& other : places)
    where += Cat(where.empty() ? "; it is in " : " and ", other.value("project", ""), "/", other.value("domain", ""));
  return NotFound(Cat("no execution ", name, " in ", place.project, "/", place.domain,
                      where.empty() ? "; `sandbox executions` lists them" : where, ", -p and -d choose another place"));
}

}  // namespace

Status CheckPlace(Client& client, const Place& place) {
  auto projects = client.Projects();
  if (!projects) return std::unexpected(std::move(projects.error()));
  const json list = projects->value("projects", json::array());
  for (const json& project : list) {
    if (project.value("id", "") != place.project) continue;
    const json domains = project.value("domains", json::array());
    for (const json& domain : domains) {
      if (domain.value("id", "") == place.domain) return {};
    }
    return NotFound(Cat("there is no domain ", place.domain, " in project ", place.project,
                        "; -d takes one of: ", Joined(domains)));
  }
  return NotFound(Cat("there is no project ", place.project, "; -p takes one of: ", Joined(list)));
}

Result<json> FindTree(Client& client, Place& place, const std::string& execution) {
  return Find(client, place, execution, &Client::Tree);
}

Result<json> FindEverything(Client& client, Place& place, const std::string& execution) {
  return Find(client, place, execution, &Client::Everything);
}

}  // namespace sandbox::cli
