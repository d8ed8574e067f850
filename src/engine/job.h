#pragma once

// The job of an attempt that a connector runs: protocol/execution-engine 7.5. Pure.

#include "pod.h"

namespace sandbox::engine {

inline constexpr std::string_view kConnectorPlugin = "connector-service";

// Whether an attempt that begins now is a connector's job: a task without a pod when there are connectors, and one with
// a container when a connector is known that serves its type. Types that have a plugin of their own never are.
bool GoesToConnector(const ConnectorTypes& connectors, const flyteidl::core::Node& node,
                     const flyteidl::core::TaskTemplate& task);

// Fails with the text after "could not build resource for task: ". `attempts_max` is the task's.
Result<JobRequest> BuildJob(const AttemptContext& context, uint32_t attempts_max);

// What to do about a task that can have neither a pod nor, because none is configured, a connector; empty for every
// other task.
std::string NeedsConnector(const flyteidl::core::Node& node, const flyteidl::core::TaskTemplate& task);

}  // namespace sandbox::engine
