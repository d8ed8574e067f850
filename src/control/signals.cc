// Signals that gates wait for: protocol/control-plane 8.1.

#include <algorithm>
#include <vector>

#include "control/gates.h"
#include "control/ids.h"
#include "control/inputs.h"
#include "control/listing.h"
#include "sandbox/control/requests.h"
#include "sandbox/registry/compiler.h"

namespace sandbox::control {

namespace core = flyteidl::core;

namespace {

Status CheckValue(const model::SignalRecord& signal, const core::Literal& value) {
  auto given = LiteralTypeOf("", value);
  if (!given) return std::unexpected(std::move(given.error()));
  core::LiteralType type;
  type.ParseFromString(signal.type);
  // The gate itself looks at it.
  if (value.has_offloaded_metadata() && type.simple() == core::BOOLEAN)
    return InvalidArgument("value: a boolean must be in the request, not offloaded");
  if (registry::AreTypesCastable(type, *given)) return {};
  return InvalidArgument(Cat("signal [", signal.signal_id, "] of execution [", signal.execution.name,
                             "] takes a value of type ", registry::TypeName(type), ", and the given value is of type ",
                             registry::TypeName(*given)));
}

std::unexpected<Error> OtherType(const model::SignalRecord& stored, const model::SignalRecord& asked) {
  core::LiteralType have, want;
  have.ParseFromString(stored.type);
  want.ParseFromString(asked.type);
  return Fail(Code::kAlreadyExists, "ROW_EXISTS",
              Cat("signal [", stored.signal_id, "] of execution [", stored.execution.name, "] exists with type ",
                  registry::TypeName(have), ", not ", registry::TypeName(want)));
}

// Why there is no such signal, by what is known of the execution: gates make their signals when they are reached.
std::unexpected<Error> MissingSignal(MetadataReader& reader, const ExecutionId& id, const std::string& signal_id) {
  const std::string head = Cat("signal [", signal_id, "] of execution [", id.name, "] does not exist: ");
  const auto record = reader.FindExecution(id);
  if (!record)
    return InvalidArgument(
        Cat(head, "there is no such execution in project [", id.project, "] and domain [", id.domain, "]"));
  const auto workflow = reader.FindEntity(record->workflow);
  core::CompiledWorkflowClosure closure;
  if (workflow) closure.ParseFromString(workflow->closure);
  const std::vector<Gate> gates = FindGates(closure);
  const auto gate = std::ranges::find(gates, signal_id, &Gate::signal_id);
  if (gate != gates.end()) {
    const bool over = model::IsTerminal(record->phase);
    return InvalidArgument(
        Cat(head, "the gate of node [", gate->node_id, "] takes a value of type ", gate->type, ", but the execution ",
            over ? "ended without reaching it" : "has not reached it yet; set the signal when it has"));
  }
  std::string known;
  for (const Gate& other : gates) known += Cat(known.empty() ? "" : ", ", other.signal_id, " (", other.type, ")");
  return InvalidArgument(Cat(head, "its workflow has no such gate, ",
                             known.empty() ? "and no other" : Cat("but the gates ", known),
                             "; gates of dynamic workflows are known when these run, those of launch plans belong to "
                             "executions of their own"));
}

}  // namespace

void Requests::MakeSignal(const SignalSpec& spec, Reply<model::SignalRecord> reply) {
  auto signal = std::make_shared<model::SignalRecord>();
  signal->execution = spec.execution;
  signal->signal_id = spec.signal_id;
  signal->type = spec.type.SerializeAsString();
  signal->created_at = deps_.clock.Now();
  deps_.store.Write(
      [signal](MetadataWriter& writer) -> Status {
        auto stored = writer.FindSignal(signal->execution, signal->signal_id);
        if (!stored) return writer.PutSignal(*signal);
        if (stored->type != signal->type) return OtherType(*stored, *signal);
        *signal = std::move(*stored);
        return {};
      },
      [signal, reply = std::move(reply)](Status done) {
        if (!done) return reply(std::unexpected(std::move(done.error())));
        reply(std::move(*signal));
      });
}

Result<std::vector<model::SignalRecord>> Requests::ListSignals(const ExecutionId& id, ListQuery query) {
  query.conditions.insert(query.conditions.begin(), {Equal(ListEntity::kSignal, "execution_project", id.project),
                                                     Equal(ListEntity::kSignal, "execution_domain", id.domain),
                                                     Equal(ListEntity::kSignal, "execution_name", id.name)});
  return deps_.store.Query([&](MetadataReader& reader) { return reader.ListSignals(query); });
}

void Requests::SetSignal(const SignalValue& signal, Done done) {
  deps_.store.Write(
      [signal](MetadataWriter& writer) -> Status {
        auto record = writer.FindSignal(signal.execution, signal.signal_id);
        if (!record) return MissingSignal(writer, signal.execution, signal.signal_id);
        if (auto ok = CheckValue(*record, signal.value); !ok) return ok;
        record->value = signal.value.SerializeAsString();
        return writer.PutSignal(*record);
      },
      [this, execution = signal.execution, signal_id = signal.signal_id, done = std::move(done)](Status stored) {
        if (stored) deps_.executions.SignalSet(execution, signal_id);
        done(std::move(stored));
      });
}

}  // namespace sandbox::control
