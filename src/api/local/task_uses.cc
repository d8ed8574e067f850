#include "api/local/task_uses.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "flyteidl/core/compiler.pb.h"

namespace sandbox::api {
namespace {

using Name = std::tuple<std::string, std::string, std::string>;

Name NameOf(const EntityId& id) { return {id.project, id.domain, id.name}; }

void AddOnce(std::vector<std::string>& images, const std::string& image) {
  if (!image.empty() && std::ranges::find(images, image) == images.end()) images.push_back(image);
}

// The containers of a pod as Kubernetes writes them.
void AddImagesOfPod(const google::protobuf::Struct& pod, std::vector<std::string>& images) {
  for (const char* list : {"initContainers", "containers"}) {
    const auto found = pod.fields().find(list);
    if (found == pod.fields().end()) continue;
    for (const auto& container : found->second.list_value().values()) {
      const auto& fields = container.struct_value().fields();
      if (const auto image = fields.find("image"); image != fields.end()) AddOnce(images, image->second.string_value());
    }
  }
}

}  // namespace

std::vector<TaskUse> TaskUses(MetadataReader& reader) {
  ListQuery query;
  query.sort_column = "created_at";
  const auto found = reader.ListEntities(EntityKind::kTask, query);
  std::vector<TaskUse> out;
  if (!found) return out;
  std::set<Name> seen;
  for (const model::EntityRecord& version : *found) {
    TaskUse use{version.id, seen.insert(NameOf(version.id)).second, {}, {}};
    flyteidl::core::CompiledTask task;
    if (!task.ParseFromString(version.closure)) continue;
    const auto& definition = task.template_();
    AddOnce(use.images, definition.container().image());
    AddImagesOfPod(definition.k8s_pod().pod_spec(), use.images);
    for (const auto& secret : definition.security_context().secrets())
      use.secrets.push_back({secret.group(), secret.key()});
    out.push_back(std::move(use));
  }
  return out;
}

nlohmann::json TaskUseRow(const TaskUse& use) {
  return {{"project", use.id.project},
          {"domain", use.id.domain},
          {"name", use.id.name},
          {"version", use.id.version},
          {"newest", use.newest}};
}

std::vector<const TaskUse*> OneOfEachTask(const std::vector<const TaskUse*>& uses) {
  std::vector<const TaskUse*> out;
  std::set<Name> seen;
  for (const TaskUse* use : uses) {
    if (seen.insert(NameOf(use->id)).second) out.push_back(use);
  }
  return out;
}

}  // namespace sandbox::api
