#include "api/local/image_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "api/local/row_json.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr size_t kUsersShown = 20;

// Who names an image, and how it is named there first.
struct Users {
  std::string reference;
  std::vector<const TaskUse*> uses;
  bool Newest() const { return std::ranges::any_of(uses, &TaskUse::newest); }
};

std::map<std::string, Users> UsersOf(const std::vector<TaskUse>& uses) {
  std::map<std::string, Users> out;
  for (const TaskUse& use : uses) {
    for (const std::string& image : use.images) {
      Users& users = out[FamiliarImageName(image)];
      if (users.reference.empty()) users.reference = image;
      users.uses.push_back(&use);
    }
  }
  return out;
}

// What a registry elsewhere has in its name is pulled; the rest is most likely somebody's own, and built.
std::string CommandFor(const std::string& reference) {
  const std::string_view host = std::string_view(reference).substr(0, reference.find('/'));
  const bool elsewhere = host.size() < reference.size() && host.find_first_of(".:") != std::string_view::npos &&
                         !host.starts_with("localhost:") && !host.starts_with("127.");
  return Cat(elsewhere ? "sandbox image pull " : "sandbox build . -t ", reference);
}

json ImageRow(const std::string& reference, const char* state, const std::vector<const TaskUse*>& uses) {
  json used_by = json::array();
  const auto one_each = OneOfEachTask(uses);
  for (const TaskUse* use : one_each) {
    if (used_by.size() < kUsersShown) used_by.push_back(TaskUseRow(*use));
  }
  return {{"reference", reference},
          {"state", state},
          {"names", json::array()},
          {"id", nullptr},
          {"size_bytes", nullptr},
          {"platform", nullptr},
          {"created_at", nullptr},
          {"bytes", nullptr},
          {"total", nullptr},
          {"build", nullptr},
          {"step", nullptr},
          {"steps", nullptr},
          {"started_at", nullptr},
          {"used_by", std::move(used_by)},
          {"used_by_count", one_each.size()},
          {"newest", std::ranges::any_of(uses, &TaskUse::newest)},
          {"command", nullptr}};
}

// What is there of an image; its names as they are.
void FillPresent(json& row, const HostImage& image) {
  row["names"] = image.names;
  row["id"] = image.id;
  row["size_bytes"] = image.size_bytes;
  row["platform"] = TextRow(image.platform);
  row["created_at"] = TimeRow(image.created_at);
}

json PresentRow(const HostImage& image, const std::map<std::string, Users>& users) {
  std::vector<const TaskUse*> uses;
  for (const std::string& name : image.names) {
    if (const auto found = users.find(FamiliarImageName(name)); found != users.end())
      uses.insert(uses.end(), found->second.uses.begin(), found->second.uses.end());
  }
  json row = ImageRow(image.names.empty() ? image.id : image.names.front(), "present", uses);
  FillPresent(row, image);
  return row;
}

// Rows of what is on its way, by familiar name.
std::map<std::string, json> RowsOnTheWay(const ImageSources& sources, const std::map<std::string, Users>& users) {
  std::map<std::string, json> out;
  const auto row_of = [&](const std::string& name, const char* state) {
    const auto found = users.find(name);
    return found == users.end() ? ImageRow(name, state, {})
                                : ImageRow(found->second.reference, state, found->second.uses);
  };
  for (const auto& [name, pull] : sources.pulls) {
    json& row = out[name] = row_of(name, "pulling");
    row["bytes"] = pull.bytes;
    row["total"] = pull.total == 0 ? json() : json(pull.total);
  }
  for (const auto& [name, build] : sources.builds) {
    json& row = out[name] = row_of(name, "building");
    row["build"] = build.build;
    row["step"] = build.step;
    row["steps"] = build.steps ? json(*build.steps) : json();
    row["started_at"] = TimeRow(build.started_at);
  }
  return out;
}

std::set<std::string> NamesOnHost(const ImageSources& sources) {
  std::set<std::string> out;
  for (const HostImage& image : sources.host) {
    out.insert(image.id);
    for (const std::string& name : image.names) out.insert(FamiliarImageName(name));
  }
  return out;
}

// Of those that no pull and no build brings.
std::vector<const Users*> MissingOf(const ImageSources& sources, const std::map<std::string, Users>& users) {
  const std::set<std::string> there = NamesOnHost(sources);
  std::vector<const Users*> out, old;
  for (const auto& [name, each] : users) {
    if (!there.contains(name) && !sources.pulls.contains(name) && !sources.builds.contains(name))
      (each.Newest() ? out : old).push_back(&each);
  }
  out.insert(out.end(), old.begin(), old.end());
  return out;
}

}  // namespace

std::string FamiliarImageName(std::string_view name) {
  for (const std::string_view host : {"docker.io/", "index.docker.io/"}) {
    if (!name.starts_with(host)) continue;
    name.remove_prefix(host.size());
    if (name.starts_with("library/")) name.remove_prefix(std::string_view("library/").size());
    break;
  }
  const size_t digest = name.find('@');
  const std::string_view before = name.substr(0, digest);
  // A colon before the last slash is of the registry's port.
  const size_t slash = before.rfind('/');
  const size_t colon = before.find(':', slash == std::string_view::npos ? 0 : slash);
  if (digest != std::string_view::npos) return Cat(before.substr(0, colon), name.substr(digest));
  return colon == std::string_view::npos && !before.starts_with("sha256:") ? Cat(before, ":latest")
                                                                           : std::string(before);
}

json ImageRows(const ImageSources& sources, const std::vector<TaskUse>& uses) {
  const auto users = UsersOf(uses);
  auto on_the_way = RowsOnTheWay(sources, users);
  json present = json::array();
  for (const HostImage& image : sources.host) {
    // What is there and made anew has one row.
    const auto anew = image.names.empty() ? on_the_way.end() : on_the_way.find(FamiliarImageName(image.names.front()));
    if (anew == on_the_way.end()) {
      present.push_back(PresentRow(image, users));
    } else {
      FillPresent(anew->second, image);
    }
  }
  json out = json::array();
  for (const char* state : {"building", "pulling"}) {
    for (auto& [name, row] : on_the_way) {
      if (row["state"] == state) out.push_back(row);
    }
  }
  for (const Users* each : MissingOf(sources, users)) {
    json row = ImageRow(each->reference, sources.known ? "missing" : "unknown", each->uses);
    if (sources.known) row["command"] = CommandFor(each->reference);
    out.push_back(std::move(row));
  }
  out.insert(out.end(), present.begin(), present.end());
  return out;
}

json MissingImageRows(const ImageSources& sources, const std::vector<TaskUse>& uses) {
  json out = json::array();
  if (!sources.known) return out;
  const auto users = UsersOf(uses);
  for (const Users* each : MissingOf(sources, users)) {
    if (each->Newest()) out.push_back({{"reference", each->reference}, {"command", CommandFor(each->reference)}});
  }
  return out;
}

void SayImageStates(json& rows, const ImageSources& sources) {
  const std::set<std::string> there = NamesOnHost(sources);
  for (json& row : rows) {
    if (!row["image"].is_string()) continue;
    const std::string image = row["image"];
    row["image_state"] = there.contains(image) || there.contains(FamiliarImageName(image)) ? "present" : "missing";
  }
}

}  // namespace sandbox::api
