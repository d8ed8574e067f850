#include "registry/entities/lists.h"
#include "registry/entities/validation.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;

constexpr size_t kNameMax = 64;
constexpr size_t kDescriptionMax = 300;
// Stored for labels that are there but empty, which read back as {}: their bytes alone could not be told from none.
// No bytes of a real message are like this one.
constexpr std::string_view kEmptyLabels("\0", 1);
constexpr std::string_view kDomains[] = {"development", "staging", "production"};

// What holds for new and for changed projects.
Status CheckTexts(const admin::Project& project) {
  if (project.name().size() > kNameMax)
    return InvalidArgument(Cat("project_name cannot exceed ", kNameMax, " characters"));
  if (project.description().size() > kDescriptionMax)
    return InvalidArgument(Cat("project_description cannot exceed ", kDescriptionMax, " characters"));
  if (!project.domains().empty())
    return InvalidArgument(
        "Domains are currently only set system wide. Please retry without domains included in your request.");
  return CheckLabels(project.labels());
}

Status CheckNew(const admin::ProjectRegisterRequest& request) {
  if (!request.has_project()) return Missing("project");
  const admin::Project& project = request.project();
  if (project.name().empty()) return Missing("project_name");
  if (project.id().empty()) return Missing("project_id");
  if (const std::string problem = DnsLabelProblem(project.id()); !problem.empty())
    return InvalidArgument(Cat("invalid project id [", project.id(), "]: [", problem, "]"));
  return CheckTexts(project);
}

template <typename Repeated>
void AddDomains(Repeated& domains) {
  for (std::string_view id : kDomains) {
    admin::Domain& domain = *domains.Add();
    domain.set_id(std::string(id));
    domain.set_name(std::string(id));
  }
}

std::string LabelBytes(const admin::Project& project) {
  if (!project.has_labels()) return {};
  std::string bytes = project.labels().SerializeAsString();
  return bytes.empty() ? std::string(kEmptyLabels) : bytes;
}

model::ProjectRecord ToRecord(const admin::Project& project, Instant now) {
  model::ProjectRecord out;
  out.id = project.id();
  out.name = project.name();
  out.description = project.description();
  out.state = project.state();
  out.labels = LabelBytes(project);
  out.created_at = out.updated_at = now;
  return out;
}

admin::Project ToMessage(const model::ProjectRecord& record) {
  admin::Project out;
  out.set_id(record.id);
  out.set_name(record.name);
  out.set_description(record.description);
  out.set_state(static_cast<admin::Project::ProjectState>(record.state));
  if (!record.labels.empty()) out.mutable_labels();
  if (!record.labels.empty() && record.labels != kEmptyLabels) out.mutable_labels()->ParseFromString(record.labels);
  AddDomains(*out.mutable_domains());
  return out;
}

Error ProjectNotFound(const std::string& id) {
  return Error{Code::kNotFound, "NOT_FOUND", Cat("project [", id, "] not found"), SideEffect::kNone, {}};
}

}  // namespace

Registry::Registry(RegistryConfig config, MetadataStore& store, ObjectStore& objects, Clock& clock)
    : config_(std::move(config)), store_(store), objects_(objects), clock_(clock) {}

void Registry::Seed(std::function<void(Status)> seeded) {
  model::ProjectRecord project;
  project.id = project.name = "flytesnacks";
  project.description = "Default project setup.";
  project.created_at = project.updated_at = clock_.Now();
  store_.Write(
      [project](MetadataWriter& writer) -> Status {
        ListQuery any;
        any.limit = 1;
        const auto projects = writer.ListProjects(any);
        if (!projects) return std::unexpected(projects.error());
        return projects->empty() ? writer.InsertProject(project) : Status();
      },
      std::move(seeded));
}

void Registry::RegisterProject(const admin::ProjectRegisterRequest& request,
                               Reply<admin::ProjectRegisterResponse> reply) {
  if (auto checked = CheckNew(request); !checked) return reply(std::unexpected(std::move(checked.error())));
  store_.Write(
      [record = ToRecord(request.project(), clock_.Now())](MetadataWriter& writer) -> Status {
        auto inserted = writer.InsertProject(record);
        if (inserted || inserted.error().reason != "ROW_EXISTS") return inserted;
        return Fail(
            Code::kAlreadyExists, "PROJECT_EXISTS",
            "value with matching already exists (duplicate key value violates unique constraint \"projects_pkey\")");
      },
      [reply = std::move(reply)](Status inserted) {
        if (!inserted) return reply(std::unexpected(std::move(inserted.error())));
        reply(admin::ProjectRegisterResponse());
      });
}

void Registry::UpdateProject(const admin::Project& request, Reply<admin::ProjectUpdateResponse> reply) {
  if (request.id().empty()) return reply(Missing("project_id"));
  store_.Write(
      [request, now = clock_.Now()](MetadataWriter& writer) -> Status {
        auto record = writer.FindProject(request.id());
        if (!record) return std::unexpected(ProjectNotFound(request.id()));
        if (auto checked = CheckTexts(request); !checked) return checked;
        if (!request.name().empty()) record->name = request.name();
        if (!request.description().empty()) record->description = request.description();
        if (request.has_labels()) record->labels = LabelBytes(request);
        record->state = request.state();
        record->updated_at = now;
        return writer.UpdateProject(*record);
      },
      [reply = std::move(reply)](Status updated) {
        if (!updated) return reply(std::unexpected(std::move(updated.error())));
        reply(admin::ProjectUpdateResponse());
      });
}

Result<admin::Project> Registry::GetProject(const admin::ProjectGetRequest& request) {
  if (request.id().empty()) return Missing("project_id");
  const auto record = store_.Query([&](MetadataReader& reader) { return reader.FindProject(request.id()); });
  if (!record) return std::unexpected(ProjectNotFound(request.id()));
  return ToMessage(*record);
}

Result<admin::Projects> Registry::ListProjects(const admin::ProjectListRequest& request) {
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
  const auto records = store_.Query([&](MetadataReader& reader) { return reader.ListProjects(*query); });
  if (!records) return std::unexpected(records.error());
  admin::Projects out;
  for (const auto& record : *records) *out.add_projects() = ToMessage(record);
  // No limit and no rows is a full page to the reference.
  if (records->size() == query->limit) out.set_token(Cat(query->offset + records->size()));
  return out;
}

Result<admin::GetDomainsResponse> Registry::GetDomains(const admin::GetDomainRequest&) {
  admin::GetDomainsResponse out;
  AddDomains(*out.mutable_domains());
  return out;
}

}  // namespace sandbox::registry
