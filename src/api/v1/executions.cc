// Reads and updates of executions.

#include <algorithm>

#include "api/v1/execution_service.h"
#include "api/v1/fields.h"
#include "api/v1/listing.h"
#include "api/v1/projection.h"
#include "idl/ids.h"

namespace sandbox::api {

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

Condition Equal(std::string column, std::string value) {
  return {ListEntity::kExecution, std::move(column), FilterOp::kEq, {std::move(value)}};
}

bool IsStateFilter(const Condition& condition) {
  return condition.entity == ListEntity::kExecution && condition.column == "state";
}

Result<ListQuery> ExecutionQuery(const admin::ResourceListRequest& request) {
  if (auto ok = CheckPlace(request); !ok) return std::unexpected(std::move(ok.error()));
  auto query = MakeQuery(ListEntity::kExecution, request, "ListExecutions");
  if (!query) return query;
  if (std::ranges::none_of(query->conditions, IsStateFilter)) query->conditions.push_back(Equal("state", "0"));
  std::vector<Condition> place{Equal("execution_project", request.id().project()),
                               Equal("execution_domain", request.id().domain())};
  if (!request.id().name().empty()) place.push_back(Equal("execution_name", request.id().name()));
  query->conditions.insert(query->conditions.begin(), place.begin(), place.end());
  return query;
}

}  // namespace

Result<admin::Execution> ExecutionService::GetExecution(const admin::WorkflowExecutionGetRequest& request) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return std::unexpected(std::move(ok.error()));
  const auto record = deps_.requests.FindExecution(idl::FromIdl(request.id()));
  if (!record) return std::unexpected(record.error());
  return ToMessage(*record);
}

Result<admin::ExecutionList> ExecutionService::ListExecutions(const admin::ResourceListRequest& request) {
  const auto query = ExecutionQuery(request);
  if (!query) return std::unexpected(query.error());
  const auto records = deps_.requests.ListExecutions(*query);
  if (!records) return std::unexpected(records.error());
  admin::ExecutionList out;
  for (const auto& record : *records) *out.add_executions() = ToMessage(record, Detail::kListed);
  out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
  return out;
}

Result<admin::WorkflowExecutionGetMetricsResponse> ExecutionService::GetExecutionMetrics(
    const admin::WorkflowExecutionGetMetricsRequest& request) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return std::unexpected(std::move(ok.error()));
  auto spans = deps_.requests.SpansOf(idl::FromIdl(request.id()), request.depth());
  if (!spans) return std::unexpected(std::move(spans.error()));
  admin::WorkflowExecutionGetMetricsResponse out;
  *out.mutable_span() = std::move(*spans);
  return out;
}

void ExecutionService::TerminateExecution(const admin::ExecutionTerminateRequest& request,
                                          Reply<admin::ExecutionTerminateResponse> reply) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return reply(std::unexpected(std::move(ok.error())));
  deps_.requests.Terminate({idl::FromIdl(request.id()), request.cause()}, Answer(std::move(reply)));
}

void ExecutionService::UpdateExecution(const admin::ExecutionUpdateRequest& request,
                                       Reply<admin::ExecutionUpdateResponse> reply) {
  if (auto ok = CheckId(request.has_id(), request.id()); !ok) return reply(std::unexpected(std::move(ok.error())));
  deps_.requests.SetState(idl::FromIdl(request.id()), static_cast<int>(request.state()), Answer(std::move(reply)));
}

}  // namespace sandbox::api
