// Signals that gates wait for: protocol/control-plane 8.1.

#include "api/v1/execution_service.h"
#include "api/v1/fields.h"
#include "api/v1/listing.h"
#include "api/v1/projection.h"
#include "idl/ids.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

Status CheckId(bool present, const core::SignalIdentifier& id) {
  if (!present) return Missing("id");
  if (auto ok = RequireText(id.signal_id(), "signal_id"); !ok) return ok;
  if (!id.has_execution_id()) return Missing("execution_id");
  return CheckFields(id.execution_id());
}

}  // namespace

void ExecutionService::GetOrCreateSignal(const admin::SignalGetOrCreateRequest& request, Reply<admin::Signal> reply) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return reply(std::unexpected(std::move(ok.error())));
  if (!request.has_type()) return reply(Missing("type"));
  deps_.requests.MakeSignal({idl::FromIdl(request.id().execution_id()), request.id().signal_id(), request.type()},
                            [reply = std::move(reply)](Result<model::SignalRecord> signal) {
                              if (!signal) return reply(std::unexpected(std::move(signal.error())));
                              reply(ToMessage(*signal));
                            });
}

Result<admin::SignalList> ExecutionService::ListSignals(const admin::SignalListRequest& request) {
  if (!request.has_workflow_execution_id()) return Missing("execution_id");
  if (auto ok = CheckFields(request.workflow_execution_id()); !ok) return std::unexpected(std::move(ok.error()));
  auto query = MakeQuery(ListEntity::kSignal, request, "ListSignals");
  if (!query) return std::unexpected(std::move(query.error()));
  const auto records = deps_.requests.ListSignals(idl::FromIdl(request.workflow_execution_id()), *query);
  if (!records) return std::unexpected(records.error());
  admin::SignalList out;
  for (const auto& record : *records) *out.add_signals() = ToMessage(record);
  out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
  return out;
}

void ExecutionService::SetSignal(const admin::SignalSetRequest& request, Reply<admin::SignalSetResponse> reply) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return reply(std::unexpected(std::move(ok.error())));
  if (!request.has_value()) return reply(Missing("value"));
  deps_.requests.SetSignal({idl::FromIdl(request.id().execution_id()), request.id().signal_id(), request.value()},
                           Answer(std::move(reply)));
}

}  // namespace sandbox::api
