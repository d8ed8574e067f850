#include <algorithm>
#include <string>
#include <string_view>

#include "registry/compiler/errors.h"
#include "sandbox/base/error.h"
#include "sandbox/base/quantity.h"
#include "sandbox/registry/compiler.h"

namespace sandbox::registry {
namespace compiler {
namespace {

using flyteidl::core::Container;
using flyteidl::core::Resources;
using flyteidl::core::TaskTemplate;
using google::protobuf::Struct;
using google::protobuf::Value;

void CheckResources(const google::protobuf::RepeatedPtrField<Resources::ResourceEntry>& entries, Errors& errors) {
  for (const auto& entry : entries) {
    if (Quantity::Parse(entry.value())) continue;
    errors.Collect("UnrecognizedValue", "resources." + Resources::ResourceName_Name(entry.name()),
                   Cat("Unrecognized value [", entry.value(), "]."));
  }
}

void CheckContainer(const TaskTemplate& task, Errors& errors) {
  const Container& container = task.container();
  const bool has_variables =
      !task.interface().inputs().variables().empty() || !task.interface().outputs().variables().empty();
  if (has_variables && container.command().empty() && container.args().empty())
    errors.ValueRequired("container", "command");
  if (container.image().empty()) errors.ValueRequired("container", "image");
  CheckResources(container.resources().requests(), errors);
  CheckResources(container.resources().limits(), errors);
}

// Kubernetes' DNS-1123 label.
bool IsDnsLabel(std::string_view name) {
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 63 && alphanumeric(name.front()) && alphanumeric(name.back()) &&
         std::ranges::all_of(name, [alphanumeric](char c) { return alphanumeric(c) || c == '-'; });
}

const Value* Find(const Struct& object, const std::string& key) {
  const auto found = object.fields().find(key);
  return found == object.fields().end() || found->second.kind_case() == Value::kNullValue ? nullptr : &found->second;
}

void CheckPod(const flyteidl::core::K8sPod& pod, Errors& errors) {
  const auto invalid = [&errors](std::string_view what) {
    errors.Collect("InvalidValue", "root", Cat("Invalid value [", what, "]."));
  };
  const Value* containers = Find(pod.pod_spec(), "containers");
  if (containers == nullptr) return;
  if (!containers->has_list_value()) return invalid("k8s pod spec");
  for (const Value& container : containers->list_value().values()) {
    const Value* name = container.has_struct_value() ? Find(container.struct_value(), "name") : nullptr;
    if (!container.has_struct_value() || (name != nullptr && name->kind_case() != Value::kStringValue))
      return invalid("k8s pod spec");
    if (!IsDnsLabel(name != nullptr ? name->string_value() : "")) invalid("k8s pod spec container name");
  }
}

}  // namespace
}  // namespace compiler

Result<flyteidl::core::CompiledTask> CompileTask(const flyteidl::core::TaskTemplate& task) {
  compiler::Errors errors;
  if (!task.has_id()) errors.ValueRequired("root", "Id");
  if (task.has_container()) compiler::CheckContainer(task, errors);
  if (task.has_k8s_pod()) compiler::CheckPod(task.k8s_pod(), errors);
  if (errors.collected() > 0) return InvalidArgument("task failed compilation with " + errors.Text());
  flyteidl::core::CompiledTask compiled;
  *compiled.mutable_template_() = task;
  return compiled;
}

}  // namespace sandbox::registry
