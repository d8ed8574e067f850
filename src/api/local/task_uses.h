#pragma once

// What registered tasks need of this machine: images and secrets.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/secret_store.h"

namespace sandbox::api {

// A version of a task.
struct TaskUse {
  EntityId id;
  bool newest = false;              // of its name
  std::vector<std::string> images;  // of all its containers, as it names them
  std::vector<SecretName> secrets;
};

// Of all tasks of all projects, the newest version first.
std::vector<TaskUse> TaskUses(MetadataReader& reader);

// {project, domain, name, version, newest}.
nlohmann::json TaskUseRow(const TaskUse& use);
// Of one task the newest version that is among `uses`, which are in TaskUses' order.
std::vector<const TaskUse*> OneOfEachTask(const std::vector<const TaskUse*>& uses);

}  // namespace sandbox::api
