// Tasks: protocol/control-plane 3.

#include "api/v1/definition_service.h"
#include "api/v1/fields.h"
#include "api/v1/listing.h"
#include "api/v1/lists.h"
#include "idl/times.h"
#include "registry/entities/validation.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

Result<admin::Task> ToTask(const model::EntityRecord& record) {
  admin::Task task;
  if (!task.mutable_closure()->mutable_compiled_task()->ParseFromString(record.closure))
    return Internal("stored task cannot be read");
  *task.mutable_id() = registry::ToIdl(record.id);
  *task.mutable_closure()->mutable_created_at() = idl::ToIdl(record.created_at);
  task.set_short_description(record.short_description);
  return task;
}

}  // namespace

void DefinitionService::CreateTask(const admin::TaskCreateRequest& request, Reply<admin::TaskCreateResponse> reply) {
  if (auto form = CheckKind(request.has_id(), request.id(), core::TASK); !form)
    return reply(std::unexpected(std::move(form.error())));
  registry_.RegisterTask({registry::FromIdl(request.id()), request.spec()}, Answer(std::move(reply)));
}

Result<admin::Task> DefinitionService::GetTask(const admin::ObjectGetRequest& request) {
  if (!request.has_id()) return Missing("id");
  if (auto checked = registry::CheckIdFields(request.id()); !checked)
    return std::unexpected(std::move(checked.error()));
  const auto record = registry_.Find(IdOf(EntityKind::kTask, request.id()));
  if (!record) return std::unexpected(record.error());
  return ToTask(*record);
}

Result<admin::TaskList> DefinitionService::ListTasks(const admin::ResourceListRequest& request) {
  const auto query = EntityQuery(ListEntity::kTask, request, "ListTasks");
  if (!query) return std::unexpected(query.error());
  const auto records = registry_.List(EntityKind::kTask, *query);
  if (!records) return std::unexpected(records.error());
  admin::TaskList out;
  for (const auto& record : *records) {
    auto task = ToTask(record);
    if (!task) return std::unexpected(std::move(task.error()));
    *out.add_tasks() = std::move(*task);
  }
  out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
  return out;
}

Result<admin::NamedEntityIdentifierList> DefinitionService::ListTaskIds(
    const admin::NamedEntityIdentifierListRequest& request) {
  return ListNames(EntityKind::kTask, request);
}

}  // namespace sandbox::api
