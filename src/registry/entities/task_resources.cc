#include "registry/entities/task_resources.h"

#include <array>

#include "registry/entities/validation.h"
#include "sandbox/base/quantity.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

using flyteidl::core::Resources;
using Quantities = std::map<Resources::ResourceName, Quantity>;

struct Named {
  Resources::ResourceName name;
  std::string_view key;  // in TaskResources and in pod specifications
};
constexpr std::array<Named, 4> kChecked{{{Resources::CPU, "cpu"},
                                         {Resources::GPU, "gpu"},
                                         {Resources::MEMORY, "memory"},
                                         {Resources::EPHEMERAL_STORAGE, "ephemeral-storage"}}};

bool IsChecked(Resources::ResourceName name) {
  for (const Named& known : kChecked) {
    if (known.name == name) return true;
  }
  return false;
}

std::string ShownId(const flyteidl::core::TaskTemplate& task) { return task.has_id() ? GoText(task.id()) : "<nil>"; }

Result<Quantities> ParseEntries(const flyteidl::core::TaskTemplate& task,
                                const google::protobuf::RepeatedPtrField<Resources::ResourceEntry>& entries) {
  Quantities out;
  for (const auto& entry : entries) {
    if (!IsChecked(entry.name())) continue;
    const std::string& name = Resources::ResourceName_Name(entry.name());
    if (out.contains(entry.name()))
      return InvalidArgument(Cat("can't specify ", name, " limit for task [", ShownId(task), "] multiple times"));
    const auto quantity = Quantity::Parse(entry.value());
    if (!quantity) {
      return InvalidArgument(Cat("Parsing of ", name, " request failed for value ", entry.value(), " - reason  ",
                                 quantity.error().message,
                                 ". Please follow K8s conventions for resources "
                                 "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"));
    }
    if (entry.name() == Resources::GPU && quantity->MilliValue() % 1000 != 0) {
      return InvalidArgument(
          Cat("gpu for [", ShownId(task), "] must be a whole number, got: ", entry.value(), " instead"));
    }
    out.emplace(entry.name(), *quantity);
  }
  return out;
}

// A pod's resource list: {"cpu": "1", ...}. Other names (extended resources) are Kubernetes' business.
Result<Quantities> ParsePodList(const google::protobuf::Value& list, std::string_view container) {
  Quantities out;
  for (const auto& [key, value] : list.struct_value().fields()) {
    const std::string text = value.kind_case() == google::protobuf::Value::kNumberValue
                                 ? Cat(static_cast<int64_t>(value.number_value()))
                                 : value.string_value();
    const auto quantity = Quantity::Parse(text);
    if (!quantity)
      return InvalidArgument(Cat("pod_spec: container [", container, "]: resource ", key, " has value [", text,
                                 "]: ", quantity.error().message));
    for (const Named& known : kChecked) {
      if (known.key == key) out.emplace(known.name, *quantity);
    }
  }
  return out;
}

std::optional<Quantity> PlatformLimit(const TaskResources& platform, Resources::ResourceName name) {
  for (const Named& known : kChecked) {
    if (known.name != name) continue;
    const auto found = platform.limits.find(std::string(known.key));
    if (found == platform.limits.end()) return std::nullopt;
    auto quantity = Quantity::Parse(found->second);
    if (!quantity || quantity->IsZero()) return std::nullopt;
    return *quantity;
  }
  return std::nullopt;
}

std::unexpected<Error> OverPlatform(std::string_view name, std::string_view which, const Quantity& asked,
                                    const Quantity& allowed) {
  return InvalidArgument(Cat("Requested ", name, " ", which, " [", asked.ToString(),
                             "] is greater than current limit set in the platform configuration [", allowed.ToString(),
                             "]. Please contact Flyte Admins to change these limits or consult the configuration"));
}

Status CheckOne(const flyteidl::core::TaskTemplate& task, Resources::ResourceName kind, const Quantity& request,
                const Quantity* limit, const TaskResources& platform) {
  const std::string& name = Resources::ResourceName_Name(kind);
  const std::optional<Quantity> allowed = PlatformLimit(platform, kind);
  if (kind == Resources::GPU) {
    if (limit != nullptr && request.Value() != limit->Value()) {
      return InvalidArgument(Cat("For extended resource 'gpu' the default value must equal the limit value for task [",
                                 ShownId(task), "]"));
    }
  } else if (limit != nullptr) {
    if (request.Value() > limit->Value()) {
      return InvalidArgument(Cat("Requested ", name, " default [", request.ToString(), "] is greater than the limit [",
                                 limit->ToString(), "]. Please fix your configuration"));
    }
    if (allowed && limit->Value() > allowed->Value()) return OverPlatform(name, "limit", *limit, *allowed);
  }
  if (allowed && request.Value() > allowed->Value()) return OverPlatform(name, "default", request, *allowed);
  return {};
}

Status CheckAll(const flyteidl::core::TaskTemplate& task, const Quantities& requests, const Quantities& limits,
                const TaskResources& platform) {
  for (const auto& [name, request] : requests) {
    const auto limit = limits.find(name);
    if (auto checked = CheckOne(task, name, request, limit == limits.end() ? nullptr : &limit->second, platform);
        !checked)
      return checked;
  }
  return {};
}

const google::protobuf::Value& Field(const google::protobuf::Struct& object, const std::string& name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? google::protobuf::Value::default_instance() : found->second;
}

Status CheckPod(const flyteidl::core::TaskTemplate& task, const TaskResources& platform) {
  if (!task.k8s_pod().has_pod_spec()) {
    return InvalidArgument(
        "invalid TaskSpecification, pod tasks should specify their target as a K8sPod with a defined pod spec");
  }
  using google::protobuf::Value;
  const Value& containers = Field(task.k8s_pod().pod_spec(), "containers");
  if (containers.kind_case() != Value::KIND_NOT_SET && containers.kind_case() != Value::kNullValue &&
      containers.kind_case() != Value::kListValue) {
    return InvalidArgument("pod_spec: containers must be a list of containers");
  }
  for (const Value& container : containers.list_value().values()) {
    if (container.kind_case() != Value::kStructValue) return InvalidArgument("pod_spec: a container must be an object");
    const google::protobuf::Struct& fields = container.struct_value();
    const google::protobuf::Struct& resources = Field(fields, "resources").struct_value();
    const std::string& name = Field(fields, "name").string_value();
    const auto requests = ParsePodList(Field(resources, "requests"), name);
    if (!requests) return std::unexpected(requests.error());
    const auto limits = ParsePodList(Field(resources, "limits"), name);
    if (!limits) return std::unexpected(limits.error());
    if (auto checked = CheckAll(task, *requests, *limits, platform); !checked) return checked;
  }
  return {};
}

// "GiB" and the like are understood; null for what is no quantity.
std::string Normalised(std::string_view text) {
  if (text.size() > 2 && text.ends_with("iB")) text.remove_suffix(1);
  return Quantity::Parse(text) ? std::string(text) : std::string();
}

std::map<std::string, std::string> FromSpec(const flyteidl::admin::TaskResourceSpec& spec) {
  std::map<std::string, std::string> out;
  const auto add = [&out](std::string_view name, const std::string& value) {
    if (std::string text = Normalised(value); !text.empty()) out.emplace(name, std::move(text));
  };
  add("cpu", spec.cpu());
  add("gpu", spec.gpu());
  add("memory", spec.memory());
  add("storage", spec.storage());
  add("ephemeral-storage", spec.ephemeral_storage());
  return out;
}

}  // namespace

Status CheckTaskResources(const flyteidl::core::TaskTemplate& task, const TaskResources& platform) {
  if (task.target_case() == flyteidl::core::TaskTemplate::kK8SPod) return CheckPod(task, platform);
  if (task.target_case() != flyteidl::core::TaskTemplate::kContainer) return {};
  if (task.container().image().empty()) return Missing("image");
  const auto requests = ParseEntries(task, task.container().resources().requests());
  if (!requests) return std::unexpected(requests.error());
  const auto limits = ParseEntries(task, task.container().resources().limits());
  if (!limits) return std::unexpected(limits.error());
  return CheckAll(task, *requests, *limits, platform);
}

TaskResources EffectiveTaskResources(MetadataReader& reader, const RegistryConfig& config, const std::string& project,
                                     const std::string& domain, const std::string& workflow) {
  const auto attributes =
      FindMatchingAttributes(reader, {project, domain, workflow, {}, flyteidl::admin::TASK_RESOURCE});
  if (!attributes) return config.task_resources;
  return {FromSpec(attributes->task_resource_attributes().defaults()),
          FromSpec(attributes->task_resource_attributes().limits())};
}

}  // namespace sandbox::registry
