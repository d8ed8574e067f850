#include "app/config_resources.h"

#include <map>
#include <set>
#include <string>

#include "app/config_mistake.h"
#include "sandbox/base/quantity.h"

namespace sandbox::app {
namespace {

Status ReadQuantities(const std::filesystem::path& file, const std::string& part, const YAML::Node& block,
                      std::map<std::string, std::string>& into) {
  static const std::set<std::string> kKnown = {"cpu", "memory", "gpu", "storage", "ephemeral-storage"};
  if (!block.IsMap())
    return Mistake(file, block, Cat("task_resources.", part, ": expected quantities such as `memory: 1Gi`"));
  for (const auto& entry : block) {
    const std::string name = entry.first.Scalar();
    if (!kKnown.contains(name)) {
      return Mistake(file, entry.first,
                     Cat("task_resources.", part, ": unknown resource '", name,
                         "' (known: cpu, memory, gpu, storage, ephemeral-storage)"));
    }
    if (!entry.second.IsScalar() || !Quantity::Parse(entry.second.Scalar())) {
      return Mistake(file, entry.second,
                     Cat("task_resources.", part, ".", name,
                         ": not a quantity; write it as Kubernetes does: 500m, 2, 200Mi, 1Gi"));
    }
    into[name] = entry.second.Scalar();
  }
  return {};
}

}  // namespace

Status ReadTaskResources(const std::filesystem::path& file, const YAML::Node& block,
                         registry::TaskResources& resources) {
  if (!block.IsMap()) return Mistake(file, block, "task_resources: expected `defaults:` and `limits:`");
  for (const auto& entry : block) {
    const std::string part = entry.first.Scalar();
    if (part != "defaults" && part != "limits")
      return Mistake(file, entry.first, Cat("task_resources: unknown block '", part, "' (known: defaults, limits)"));
    if (Status read =
            ReadQuantities(file, part, entry.second, part == "defaults" ? resources.defaults : resources.limits);
        !read)
      return read;
  }
  return {};
}

Status ReadCapacity(const std::filesystem::path& file, const YAML::Node& block, Config::Capacity& into) {
  if (!block.IsMap()) return Mistake(file, block, "capacity: expected quantities such as `memory: 8Gi`");
  for (const auto& entry : block) {
    const std::string name = entry.first.Scalar();
    if (name != "cpu" && name != "memory")
      return Mistake(file, entry.first, Cat("capacity: unknown resource '", name, "' (known: cpu, memory)"));
    const auto quantity = entry.second.IsScalar() ? Quantity::Parse(entry.second.Scalar()) : InvalidArgument("");
    if (!quantity)
      return Mistake(
          file, entry.second,
          Cat("capacity.", name, ": not a quantity; write it as Kubernetes does: 500m, 2, 8Gi; 0 for no limit"));
    if (name == "cpu") {
      into.cpu_millis = quantity->MilliValue();
    } else {
      into.memory_bytes = quantity->Value();
    }
  }
  return {};
}

}  // namespace sandbox::app
