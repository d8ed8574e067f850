#pragma once

// How much of the machine a container gets: protocol/execution-engine 3.6 and protocol/control-plane 4.3. Pure.

#include <map>
#include <string>

#include "flyteidl/core/tasks.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/base/quantity.h"
#include "sandbox/model/records.h"
#include "sandbox/ports/container_runner.h"

namespace sandbox::engine {

// By lower-case name: cpu, memory, ephemeral-storage, gpu.
struct ResourceSet {
  std::map<std::string, Quantity> requests;
  std::map<std::string, Quantity> limits;
  Quantity cpu_quota;  // set by AdjustResources; zero: none
};

// Names that the platform does not run on (storage) are left out. Fails with Kubernetes' text for a bad quantity.
Result<ResourceSet> ParseResources(const flyteidl::core::Resources& resources);
// One name and text of a pod specification.
Status AddQuantity(std::map<std::string, Quantity>& to, std::string_view name, std::string_view text);

// What `overrides` names replaces what `base` has.
void OverrideResources(ResourceSet& base, const ResourceSet& overrides);
// Fills gaps from each other and from the platform's defaults, then clamps to the platform's limits. Without `defaults`
// (containers beside the primary one) only clamps. The quota of cpu is the limit that somebody asked for, and the
// platform's where the limit was filled in: decisions/cpu-quota.md.
Status AdjustResources(ResourceSet& resources, const model::RunSettings& settings, bool defaults);
void ApplyResources(const ResourceSet& resources, ContainerSpec& container);

}  // namespace sandbox::engine
