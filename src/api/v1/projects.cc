// Projects and domains: protocol/control-plane 4.

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

template <typename Repeated>
void AddDomains(const std::vector<registry::DomainEntry>& from, Repeated& domains) {
  for (const registry::DomainEntry& entry : from) {
    admin::Domain& domain = *domains.Add();
    domain.set_id(entry.id);
    domain.set_name(entry.name);
  }
}

admin::Project ToMessage(const model::ProjectRecord& record, const std::vector<registry::DomainEntry>& domains) {
  admin::Project out;
  out.set_id(record.id);
  out.set_name(record.name);
  out.set_description(record.description);
  out.set_state(static_cast<admin::Project::ProjectState>(record.state));
  if (auto labels = registry::LabelsOf(record)) *out.mutable_labels() = std::move(*labels);
  AddDomains(domains, *out.mutable_domains());
  return out;
}

}  // namespace

void DefinitionService::RegisterProject(const admin::ProjectRegisterRequest& request,
                                        Reply<admin::ProjectRegisterResponse> reply) {
  if (!request.has_project()) return reply(Missing("project"));
  registry_.RegisterProject(request.project(), Answer(std::move(reply)));
}

void DefinitionService::UpdateProject(const admin::Project& request, Reply<admin::ProjectUpdateResponse> reply) {
  registry_.UpdateProject(request, Answer(std::move(reply)));
}

Result<admin::Project> DefinitionService::GetProject(const admin::ProjectGetRequest& request) {
  if (request.id().empty()) return Missing("project_id");
  const auto record = registry_.FindProject(request.id());
  if (!record) return std::unexpected(record.error());
  return ToMessage(*record, registry_.Domains());
}

Result<admin::Projects> DefinitionService::ListProjects(const admin::ProjectListRequest& request) {
  auto query = BaseQuery(
      ListEntity::kProject,
      {request.limit(), request.token(), request.filters(), request.has_sort_by() ? &request.sort_by() : nullptr},
      "ListProjects");
  if (!query) return std::unexpected(std::move(query.error()));
  if (!request.has_sort_by()) {
    query->sort_column = "identifier";
    query->ascending = true;
  }
  if (request.filters().empty())
    query->conditions.push_back(
        {ListEntity::kProject, "state", FilterOp::kNe, {Cat(static_cast<int>(admin::Project::ARCHIVED))}});
  const auto records = registry_.ListProjects(*query);
  if (!records) return std::unexpected(records.error());
  admin::Projects out;
  for (const auto& record : *records) *out.add_projects() = ToMessage(record, registry_.Domains());
  // No limit and no rows is a full page to the reference.
  if (records->size() == query->limit) out.set_token(Cat(query->offset + records->size()));
  return out;
}

Result<admin::GetDomainsResponse> DefinitionService::GetDomains(const admin::GetDomainRequest&) {
  admin::GetDomainsResponse out;
  AddDomains(registry_.Domains(), *out.mutable_domains());
  return out;
}

}  // namespace sandbox::api
