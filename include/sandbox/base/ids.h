#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace sandbox {

// Values are those of flyteidl.core.ResourceType.
enum class EntityKind { kUnspecified = 0, kTask = 1, kWorkflow = 2, kLaunchPlan = 3, kDataset = 4 };

struct EntityId {
  EntityKind kind = EntityKind::kUnspecified;
  std::string project;
  std::string domain;
  std::string name;
  std::string version;
  auto operator<=>(const EntityId&) const = default;
};

struct ExecutionId {
  std::string project;
  std::string domain;
  std::string name;
  auto operator<=>(const ExecutionId&) const = default;

  // The pod namespace, "{project}-{domain}".
  std::string Namespace() const { return project + "-" + domain; }
};

// `node` is the unique node id ("n0", "n0-0-dn0", or hashed when longer than 20 characters), not the spec node id.
struct NodeExecutionId {
  ExecutionId execution;
  std::string node;
  auto operator<=>(const NodeExecutionId&) const = default;
};

// One attempt of one node is one pod. `attempt` counts from 0.
struct AttemptId {
  NodeExecutionId node;
  uint32_t attempt = 0;
  auto operator<=>(const AttemptId&) const = default;
};

}  // namespace sandbox
