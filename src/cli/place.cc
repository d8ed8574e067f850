#include "cli/place.h"

#include <nlohmann/json.hpp>

#include "cli/http_client.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

std::string Joined(const json& list) {
  std::string out;
  for (const json& item : list) out += Cat(out.empty() ? "" : ", ", item.value("id", ""));
  return out;
}

}  // namespace

Status CheckPlace(const RuntimeInfo& info, const Place& place) {
  auto projects = GetJson(info, "/api/v1/projects?limit=1000");
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

Result<json> FetchTree(const RuntimeInfo& info, Place& place, const std::string& name) {
  const auto fetch = [&] {
    return GetJson(info, Cat("/sandbox/v1/executions/", UrlEncode(place.project), "/", UrlEncode(place.domain), "/",
                             UrlEncode(name)));
  };
  auto tree = fetch();
  if (tree || tree.error().code != Code::kNotFound) return tree;
  const auto found = GetJson(info, Cat("/sandbox/v1/executions?name=", UrlEncode(name)));
  const json places = found ? found->value("executions", json::array()) : json::array();
  if (places.size() == 1 && !place.given) {
    place.project = places[0].value("project", "");
    place.domain = places[0].value("domain", "");
    return fetch();
  }
  if (Status known = CheckPlace(info, place); !known) return std::unexpected(std::move(known.error()));
  std::string where;
  for (const json& other : places)
    where += Cat(where.empty() ? "; it is in " : " and ", other.value("project", ""), "/", other.value("domain", ""));
  return NotFound(Cat("no execution ", name, " in ", place.project, "/", place.domain,
                      where.empty() ? "; `sandbox executions` lists them" : where, ", -p and -d choose another place"));
}

std::string ShellQuote(const std::string& text) {
  static constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=@%+,";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string CommandLine(const Common& common, std::string_view words) {
  return Cat(common.program, common.home_option.empty() ? "" : " --home " + ShellQuote(common.home_option), " ", words);
}

std::string CommandLine(const Common& common, const Place& place, std::string_view words) {
  const Place usual;
  return Cat(CommandLine(common, words), place.project == usual.project ? "" : " -p " + place.project,
             place.domain == usual.domain ? "" : " -d " + place.domain);
}

}  // namespace sandbox::cli
