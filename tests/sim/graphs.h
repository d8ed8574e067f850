#pragma once

// Compiled workflows of any shape for tests: a chain, a fan-out, a random DAG.

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "flyteidl/core/compiler.pb.h"
#include "program.h"
#include "sandbox/executor/executions.h"
#include "sandbox/model/entities.h"

namespace sandbox::sim {

inline constexpr int64_t kSimCpuMillis = 2000;  // of the machine

struct SimGraph {
  std::shared_ptr<const flyteidl::core::CompiledWorkflowClosure> closure;
  model::EntityRecord entity;                                // the same, as the registry stores it
  std::map<std::string, std::vector<std::string>> upstream;  // top-level nodes only
  std::vector<std::string> signals;                          // that gates wait for
  uint32_t retries = 0;
  uint32_t max_parallelism = 0;
  int64_t timeout_s = 0;    // of each try of a top-level node; 0: none
  bool racing = false;      // whether that is long enough is decided by when things happen
  bool crowded = false;     // what hangs takes cpu, so that others wait for it until its time-out comes
  Program program;          // of all its containers
  int64_t cpu_millis = 0;   // requested by each attempt
  bool scheduled = false;   // a schedule fires beside it
  bool cached = false;      // its one task is
  bool serialized = false;  // and only one may make it at a time
  bool overwrite = false;   // whatever is there

  executor::LaunchRequest Launch(const ExecutionId& id, Instant now) const;
};

struct GraphOptions {
  uint32_t retries = 0;
  int64_t timeout_s = 0;
  bool fail_late = false;
  bool cached = false;
  bool serialized = false;
  int64_t cpu_millis = 0;
};

// The launch plan that runs a graph is called as its workflow.
inline constexpr const char* kWorkflow = "workflow";

// `edges[i]` are the nodes that node i waits for, all smaller than i. Each node binds its input x to one of them.
SimGraph BuildSimGraph(const std::vector<std::vector<uint32_t>>& edges, const GraphOptions& options);
SimGraph MakeGraph(std::mt19937_64& random);
// Of a graph of one task: that many workflows, each but the innermost with the next as its only node.
SimGraph Nested(SimGraph graph, uint32_t levels);

}  // namespace sandbox::sim
