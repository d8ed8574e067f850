// What an execution takes over from the one that it recovers (protocol/execution-engine 9.4).

#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::NodePhase;
using model::NodeRecord;

namespace {

bool EndedWell(const NodeRecord& node) {
  return node.phase == NodePhase::kSucceeded || node.phase == NodePhase::kRecovered;
}

// What the node is and has: everything that a row tells but how it came to that, and where. Objects that only the row
// points to (a deck, a dynamic workflow, a child execution) stay those of the old execution.
void Retell(const NodeRecord& old, NodeRecord& to) {
  to.is_parent = old.is_parent;
  to.is_dynamic = old.is_dynamic;
  to.is_array = old.is_array;
  to.has_task_metadata = old.has_task_metadata;
  to.cache_status = old.cache_status;
  to.catalog_key = old.catalog_key;
  to.deck_uri = old.deck_uri;
  to.child_execution = old.child_execution;
  to.dynamic_job_spec_uri = old.dynamic_job_spec_uri;
  to.dynamic_workflow = old.dynamic_workflow;
}

}  // namespace

bool Stepper::TryRecover(uint32_t index) {
  const auto found = run_.recovered.find(Node(index).record.id.node);
  if (found == run_.recovered.end()) return false;
  const RecoveredNode& old = found->second;
  if (!EndedWell(old.record)) return false;
  NodeRecord& record = Node(index).record;
  Retell(old.record, record);
  record.input_uri = DataDir(index) + "/inputs.pb";
  record.output_uri = OutputPrefix(index) + "/outputs.pb";
  out_.objects.push_back({record.input_uri, old.inputs});
  const Literals outputs = old.outputs ? old.outputs : std::make_shared<const core::LiteralMap>();
  out_.objects.push_back({record.output_uri, outputs->SerializeAsString()});
  Node(index).outputs = outputs;
  RetellInside(old);
  EndNode(index, NodePhase::kRecovered);
  return true;
}

// The nodes that were inside of it get rows too, which point to the old execution's objects. Those that did not end
// well (of a try that was given up) are left out, with everything in them.
void Stepper::RetellInside(const RecoveredNode& parent) {
  for (const std::string& id : parent.inside) {
    const RecoveredNode& old = run_.recovered.at(id);
    const bool skipped = old.record.phase == NodePhase::kSkipped;
    if (!EndedWell(old.record) && !skipped) continue;
    NodeRecord& record = retold_.emplace_back();
    Retell(old.record, record);
    record.id = {run_.record.id, id};
    record.spec_node_id = old.record.spec_node_id;
    record.name = old.record.name;
    record.parent = old.record.parent;
    record.retry_group = old.record.retry_group;
    record.input_uri = old.record.input_uri;
    record.output_uri = old.record.output_uri;
    // As in the recovered execution itself: its start-node succeeds again.
    record.phase = skipped || record.spec_node_id == kStartNode ? old.record.phase : NodePhase::kRecovered;
    record.created_at = record.updated_at = now_;
    RetellInside(old);
  }
}

// A dynamic task had made its workflow: that one goes on, without the task.
void Stepper::RecoverDynamic(uint32_t index) {
  NodeRun& node = Node(index);
  if (!node.inputs && !ResolveNodeInputs(index)) return;
  const auto old = run_.recovered.find(node.record.id.node);
  if (old == run_.recovered.end() || old->second.futures.empty()) return StartNewAttempt(index);
  node.record.deck_uri = old->second.record.deck_uri;
  WriteInputs(index);
  out_.objects.push_back({OutputPrefix(index) + "/futures.pb", old->second.futures});
  EnterRunning(index);
  AskToCompile(index, old->second.futures);
}

}  // namespace sandbox::engine
