// Signals that gates wait for: protocol/control-plane 8.1.

#include "core/requests/ids.h"
#include "core/requests/inputs.h"
#include "core/requests/listing.h"
#include "core/requests/projection.h"
#include "sandbox/core/requests.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::core {

namespace admin = flyteidl::admin;
namespace idl = flyteidl::core;

namespace {

Status CheckId(bool present, const idl::SignalIdentifier& id) {
  if (!present) return Missing("id");
  if (auto ok = RequireText(id.signal_id(), "signal_id"); !ok) return ok;
  if (!id.has_execution_id()) return Missing("execution_id");
  return CheckFields(id.execution_id());
}

// The reference prints the stored type as its bytes: "[8 4]".
std::string BytesText(const std::string& bytes) {
  std::string out = "[";
  for (unsigned char c : bytes) out += Cat(out.size() > 1 ? " " : "", static_cast<int>(c));
  return out + "]";
}

Status CheckValue(const model::SignalRecord& signal, const idl::Literal& value) {
  auto given = LiteralTypeOf("", value);
  if (!given) return std::unexpected(std::move(given.error()));
  idl::LiteralType type;
  type.ParseFromString(signal.type);
  // The gate itself looks at it.
  if (value.has_offloaded_metadata() && type.simple() == idl::BOOLEAN)
    return InvalidArgument("value: a boolean must be in the request, not offloaded");
  if (registry::AreTypesCastable(type, *given)) return {};
  return InvalidArgument(Cat("requested signal value [", registry::GoText(value),
                             "] is not castable to existing signal type [", BytesText(signal.type), "]"));
}

std::unexpected<Error> MissingSignal(const ExecutionId& id, const std::string& signal_id) {
  return InvalidArgument(Cat("failed to validate that signal [{{", id.project, " ", id.domain, " ", id.name, "} ",
                             signal_id, "}] exists, err: [signal does not exist]"));
}

}  // namespace

void Requests::GetOrCreateSignal(const admin::SignalGetOrCreateRequest& request, Reply<admin::Signal> reply) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return reply(std::unexpected(std::move(ok.error())));
  if (!request.has_type()) return reply(Missing("type"));
  auto signal = std::make_shared<model::SignalRecord>();
  signal->execution = FromIdl(request.id().execution_id());
  signal->signal_id = request.id().signal_id();
  signal->type = request.type().SerializeAsString();
  signal->created_at = deps_.clock.Now();
  deps_.store.Write(
      [signal](MetadataWriter& writer) -> Status {
        auto stored = writer.FindSignal(signal->execution, signal->signal_id);
        if (!stored) return writer.PutSignal(*signal);
        if (stored->type != signal->type) return DuplicateKey("signals_pkey");
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
  const ExecutionId execution = FromIdl(request.id().execution_id());
  const std::string signal_id = request.id().signal_id();
  deps_.store.Write(
      [execution, signal_id, value = request.value()](MetadataWriter& writer) -> Status {
        auto signal = writer.FindSignal(execution, signal_id);
        if (!signal) return MissingSignal(execution, signal_id);
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

}  // namespace sandbox::core
