#include "app/config_places.h"

#include <algorithm>

#include "app/config_mistake.h"
#include "registry/entities/validation.h"

namespace sandbox::app {
namespace {

constexpr size_t kNameMax = 64, kDescriptionMax = 300;  // as RegisterProject has it

struct Entry {
  std::string id, name, description;
};

Result<Entry> ReadEntry(const std::filesystem::path& file, const std::string& field, const YAML::Node& node,
                        bool has_description) {
  Entry out;
  const std::string known = has_description ? "id, name, description" : "id, name";
  if (node.IsScalar()) {
    out.id = node.Scalar();
  } else if (node.IsMap()) {
    for (const auto& part : node) {
      const std::string key = part.first.Scalar();
      std::string* into = key == "id" ? &out.id : key == "name" ? &out.name : nullptr;
      if (key == "description" && has_description) into = &out.description;
      if (into == nullptr || !part.second.IsScalar())
        return Mistake(file, part.first, Cat(field, ": unexpected '", key, "' (known: ", known, ", each a text)"));
      *into = part.second.Scalar();
    }
  } else {
    return Mistake(file, node, Cat(field, ": expected an id, or {", known, "}"));
  }
  if (const std::string problem = registry::DnsLabelProblem(out.id); !problem.empty())
    return Mistake(file, node, Cat(field, ": '", out.id, "' is no id: ", problem));
  if (out.name.empty()) out.name = out.id;
  if (out.name.size() > kNameMax)
    return Mistake(file, node, Cat(field, ": the name of ", out.id, " has more than ", kNameMax, " characters"));
  if (out.description.size() > kDescriptionMax)
    return Mistake(file, node,
                   Cat(field, ": the description of ", out.id, " has more than ", kDescriptionMax, " characters"));
  return out;
}

Result<std::vector<Entry>> ReadEntries(const std::filesystem::path& file, const std::string& field,
                                       const YAML::Node& list, bool has_description) {
  std::vector<Entry> out;
  if (!list.IsSequence() || list.size() == 0)
    return Mistake(file, list, Cat(field, ": expected a list with one entry at least, such as [one, two]"));
  for (const auto& node : list) {
    auto entry = ReadEntry(file, field, node, has_description);
    if (!entry) return std::unexpected(std::move(entry.error()));
    if (std::ranges::find(out, entry->id, &Entry::id) != out.end())
      return Mistake(file, node, Cat(field, ": ", entry->id, " is listed twice"));
    out.push_back(std::move(*entry));
  }
  return out;
}

}  // namespace

Result<std::vector<registry::ProjectSeed>> ReadProjects(const std::filesystem::path& file, const YAML::Node& list) {
  auto entries = ReadEntries(file, "projects", list, true);
  if (!entries) return std::unexpected(std::move(entries.error()));
  std::vector<registry::ProjectSeed> out;
  for (Entry& each : *entries) out.push_back({std::move(each.id), std::move(each.name), std::move(each.description)});
  return out;
}

Result<std::vector<registry::DomainEntry>> ReadDomains(const std::filesystem::path& file, const YAML::Node& list) {
  auto entries = ReadEntries(file, "domains", list, false);
  if (!entries) return std::unexpected(std::move(entries.error()));
  std::vector<registry::DomainEntry> out;
  for (Entry& each : *entries) out.push_back({std::move(each.id), std::move(each.name)});
  return out;
}

Status AddProjects(const std::vector<std::string>& ids, std::vector<registry::ProjectSeed>& projects) {
  for (const std::string& id : ids) {
    if (const std::string problem = registry::DnsLabelProblem(id); !problem.empty())
      return Fail(Code::kInvalidArgument, "BAD_VALUE", Cat("--project: '", id, "' is no id: ", problem));
    if (std::ranges::find(projects, id, &registry::ProjectSeed::id) == projects.end()) projects.push_back({id, id, ""});
  }
  return {};
}

}  // namespace sandbox::app
