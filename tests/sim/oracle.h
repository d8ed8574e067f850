#pragma once

// What must become of an execution, computed without the engine: from the generated graph, from the fates of its
// attempts, and for an execution that recovers another one, from what had become of that. The rules are those of
// protocol/execution-engine 2 and 5.
//
// Where several outcomes are legal (which of two failures comes first, who of two makes what both want from the cache)
// it says all of them, or that it does not know.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flyteidl/core/literals.pb.h"
#include "graphs.h"
#include "sandbox/model/records.h"

namespace sandbox::sim {

struct ExpectedError {
  std::string code;
  model::ErrorKind kind = model::ErrorKind::kUser;
  std::string begins;  // the message begins like this
};

struct ExpectedNode {
  bool certain = true;  // else it need not begin, and may be aborted
  model::NodePhase phase = model::NodePhase::kSucceeded;
  uint32_t attempts = 0;                          // the number of the last try
  bool cached = false;                            // a success is left in the cache
  bool may_hit = false;                           // or comes from there, without a try
  std::vector<ExpectedError> errors;              // of a failure, one of these
  std::optional<flyteidl::core::Literal> output;  // o0
  std::map<uint32_t, model::TaskPhase> tries;     // how its containers end
  std::optional<model::NodeRecord> retells;       // what it is and has is what this row says
};

struct ExpectedExecution {
  bool certain = true;
  model::ExecutionPhase phase = model::ExecutionPhase::kSucceeded;
  std::vector<ExpectedError> errors;
  std::map<std::string, flyteidl::core::Literal> outputs;
};

struct Expected {
  std::string unknown;                                  // why nothing is said; empty: the rest is
  std::map<ExecutionId, ExpectedExecution> executions;  // its children too
  std::map<NodeExecutionId, ExpectedNode> nodes;        // no other node has a row

  // Nothing about this execution and its own nodes is left open.
  bool Decides(const ExecutionId& id) const;
};

// A node of the execution that is being recovered, or of a child of that.
struct OldNode {
  model::NodeRecord row;
  bool done = false;           // its outputs are taken over
  bool made_workflow = false;  // a dynamic node, whose container has run
  std::optional<flyteidl::core::Literal> output;
  std::optional<ExecutionId> child;
};
using OldNodes = std::map<NodeExecutionId, OldNode>;

struct Question {
  const SimGraph& graph;
  const flyteidl::core::CompiledWorkflowClosure& closure;  // what runs: the graph's, or the child workflow
  ExecutionId execution;
  std::optional<ExecutionId> recovers;
  OldNodes old;
  bool cache_is_warm = false;  // an earlier execution may have left something there
};

Expected Foretell(const Question& question);

}  // namespace sandbox::sim
