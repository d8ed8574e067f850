// Reads and updates of executions.

#include <algorithm>

#include "control/ids.h"
#include "control/listing.h"
#include "control/projection.h"
#include "idl/ids.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

namespace {

Status CheckId(bool present, const flyteidl::core::WorkflowExecutionIdentifier& id) {
  if (!present) return Missing("id");
  return CheckFields(id);
}

Status CheckPlace(const admin::ResourceListRequest& request) {
  if (!request.has_id()) return Missing("id");
  if (auto ok = RequireText(request.id().project(), "project"); !ok) return ok;
  return RequireText(request.id().domain(), "domain");
}

bool IsStateFilter(const Condition& condition) {
  return condition.entity == ListEntity::kExecution && condition.column == "state";
}

}  // namespace

Result<admin::Execution> Requests::GetExecution(const admin::WorkflowExecutionGetRequest& request) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return std::unexpected(std::move(ok.error()));
  return deps_.store.Query([&](MetadataReader& reader) -> Result<admin::Execution> {
    auto record = reader.FindExecution(idl::FromIdl(request.id()));
    if (!record) return MissingExecution(idl::FromIdl(request.id()));
    return ToIdl(*record);
  });
}

Result<admin::ExecutionList> Requests::ListExecutions(const admin::ResourceListRequest& request) {
  if (auto ok = CheckPlace(request); !ok) return std::unexpected(std::move(ok.error()));
  std::vector<Condition> place{Equal(ListEntity::kExecution, "execution_project", request.id().project()),
                               Equal(ListEntity::kExecution, "execution_domain", request.id().domain())};
  if (!request.id().name().empty())
    place.push_back(Equal(ListEntity::kExecution, "execution_name", request.id().name()));
  auto query = MakeQuery(ListEntity::kExecution, request, "ListExecutions", std::move(place));
  if (!query) return std::unexpected(std::move(query.error()));
  if (std::ranges::none_of(query->conditions, IsStateFilter))
    query->conditions.push_back(Equal(ListEntity::kExecution, "state", "0"));
  auto records = deps_.store.Query([&](MetadataReader& reader) { return reader.ListExecutions(*query); });
  if (!records) return std::unexpected(std::move(records.error()));
  admin::ExecutionList out;
  for (const auto& record : *records) *out.add_executions() = ToIdl(record, Detail::kListed);
  out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
  return out;
}

void Requests::TerminateExecution(const admin::ExecutionTerminateRequest& request,
                                  Reply<admin::ExecutionTerminateResponse> reply) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return reply(std::unexpected(std::move(ok.error())));
  const ExecutionId id = idl::FromIdl(request.id());
  auto open = deps_.store.Query([&](MetadataReader& reader) -> Status {
    auto record = reader.FindExecution(id);
    if (!record) return MissingExecution(id);
    if (model::IsTerminal(record->phase))
      return AlreadyTerminal(record->phase, "Cannot abort an already terminated workflow execution");
    return {};
  });
  if (!open) return reply(std::unexpected(std::move(open.error())));
  deps_.executions.Terminate(id, request.cause(), [reply = std::move(reply)](Status done) {
    if (!done) return reply(std::unexpected(std::move(done.error())));
    reply(admin::ExecutionTerminateResponse());
  });
}

void Requests::UpdateExecution(const admin::ExecutionUpdateRequest& request,
                               Reply<admin::ExecutionUpdateResponse> reply) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return reply(std::unexpected(std::move(ok.error())));
  deps_.store.Write(
      [id = idl::FromIdl(request.id()), state = static_cast<int>(request.state()),
       now = deps_.clock.Now()](MetadataWriter& writer) -> Status {
        if (!writer.FindExecution(id)) return MissingExecution(id);
        return writer.SetExecutionState(id, state, now);
      },
      [reply = std::move(reply)](Status done) {
        if (!done) return reply(std::unexpected(std::move(done.error())));
        reply(admin::ExecutionUpdateResponse());
      });
}

}  // namespace sandbox::control
