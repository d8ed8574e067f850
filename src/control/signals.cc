// Signals that gates wait for: protocol/control-plane 8.1.

#include <algorithm>
#include <vector>

#include "control/gates.h"
#include "control/ids.h"
#include "control/inputs.h"
#include "control/listing.h"
#include "control/projection.h"
#include "idl/ids.h"
#include "sandbox/control/requests.h"
#include "sandbox/registry/compiler.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

Status CheckId(bool present, const core::SignalIdentifier& id) {
  if (!present) return Missing("id");
  if (auto ok = RequireText(id.signal_id(), "signal_id"); !ok) return ok;
  if (!id.has_execution_id()) return Missing("execution_id");
  return CheckFields(id.execution_id());
}

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

void Requests::GetOrCreateSignal(const admin::SignalGetOrCreateRequest& request, Reply<admin::Signal> reply) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return reply(std::unexpected(std::move(ok.error())));
  if (!request.has_type()) return reply(Missing("type"));
  auto signal = std::make_shared<model::SignalRecord>();
  signal->execution = idl::FromIdl(request.id().execution_id());
  signal->signal_id = request.id().signal_id();
  signal->type = request.type().SerializeAsString();
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
        reply(ToIdl(*signal));
      });
}

Result<admin::SignalList> Requests::ListSignals(const admin::SignalListRequest& request) {
  if (!request.has_workflow_execution_id()) return Missing("execution_id");
  if (auto ok = CheckFields(request.workflow_execution_id()); !ok) return std::unexpected(std::move(ok.error()));
  const auto& id = request.workflow_execution_id();
  auto query = MakeQuery(ListEntity::kSignal, request, "ListSignals",
                         {Equal(ListEntity::kSignal, "execution_project", id.project()),
                          Equal(ListEntity::kSignal, "execution_domain", id.domain()),
                          Equal(ListEntity::kSignal, "execution_name", id.name())});
  if (!query) return std::unexpected(std::move(query.error()));
  auto records = deps_.store.Query([&](MetadataReader& reader) { return reader.ListSignals(*query); });
  if (!records) return std::unexpected(std::move(records.error()));
  admin::SignalList out;
  for (const auto& record : *records) *out.add_signals() = ToIdl(record);
  out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
  return out;
}

void Requests::SetSignal(const admin::SignalSetRequest& request, Reply<admin::SignalSetResponse> reply) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return reply(std::unexpected(std::move(ok.error())));
  if (!request.has_value()) return reply(Missing("value"));
  const ExecutionId execution = idl::FromIdl(request.id().execution_id());
  const std::string signal_id = request.id().signal_id();
  deps_.store.Write(
      [execution, signal_id, value = request.value()](MetadataWriter& writer) -> Status {
        auto signal = writer.FindSignal(execution, signal_id);
        if (!signal) return MissingSignal(writer, execution, signal_id);
        if (auto ok = CheckValue(*signal, value); !ok) return ok;
        signal->value = value.SerializeAsString();
        return writer.PutSignal(*signal);
      },
      [this, execution, signal_id, reply = std::move(reply)](Status done) {
        if (!done) return reply(std::unexpected(std::move(done.error())));
        deps_.executions.SignalSet(execution, signal_id);
        reply(admin::SignalSetResponse());
      });
}

}  // namespace sandbox::control
