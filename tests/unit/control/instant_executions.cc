#include "unit/control/instant_executions.h"

#include "flyteidl/core/compiler.pb.h"

namespace sandbox::testing {

namespace {

std::string PropellerPrefix(const ExecutionId& id) {
  return Cat("s3://my-s3-bucket/metadata/propeller/", id.Namespace(), "-", id.name, "/");
}

// The first gate of the workflow, as it waits.
std::optional<model::NodeRecord> WaitingGate(const executor::LaunchRequest& request, Instant now) {
  for (const auto& node : request.plan->Closure().primary().template_().nodes()) {
    if (!node.has_gate_node()) continue;
    model::NodeRecord record;
    record.id = {request.record.id, node.id()};
    record.spec_node_id = node.id();
    record.phase = model::NodePhase::kRunning;
    record.created_at = record.updated_at = record.started_at = now;
    record.input_uri = PropellerPrefix(request.record.id) + node.id() + "/data/inputs.pb";
    return record;
  }
  return std::nullopt;
}

void Finish(model::ExecutionRecord* record, model::ExecutionPhase phase, Instant now) {
  record->phase = phase;
  record->updated_at = now;
  record->duration = now - record->started_at;
}

}  // namespace

void InstantExecutions::Launch(executor::LaunchRequest request, std::function<void(Status)> done) {
  const Instant now = clock_.Now();
  store_.Write(
      [request = std::move(request), now](MetadataWriter& writer) -> Status {
        if (auto stored = executor::StoreLaunch(writer, request); !stored) return stored;
        auto record = request.record;
        const auto gate = WaitingGate(request, now);
        if (!model::IsTerminal(record.phase)) {
          record.phase = model::ExecutionPhase::kRunning;
          record.started_at = now;
          if (!gate) {
            Finish(&record, model::ExecutionPhase::kSucceeded, now);
            record.output_uri = PropellerPrefix(record.id) + "end-node/data/0/outputs.pb";
          }
        }
        if (auto updated = writer.UpdateExecution(record); !updated) return updated;
        return gate ? writer.PutNode(*gate) : Status{};
      },
      std::move(done));
}

void InstantExecutions::Terminate(const ExecutionId& id, std::string cause, std::function<void(Status)> done) {
  store_.Write(
      [id, cause = std::move(cause), now = clock_.Now()](MetadataWriter& writer) -> Status {
        auto record = writer.FindExecution(id);
        if (!record) return NotFound("no such execution");
        record->abort_requested = true;
        record->abort_cause = cause;
        Finish(&*record, model::ExecutionPhase::kAborted, now);
        return writer.UpdateExecution(*record);
      },
      std::move(done));
}

}  // namespace sandbox::testing
