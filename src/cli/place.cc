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

}  // namespace sandbox::cli
