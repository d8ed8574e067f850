#include "registry/entities/validation.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;

constexpr size_t kNameMax = 64;
constexpr size_t kDescriptionMax = 300;
// Stored for labels that are there but empty, which read back as {}: their bytes alone could not be told from none.
// No bytes of a real message are like this one.
constexpr std::string_view kEmptyLabels("\0", 1);

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

Status CheckNew(const admin::Project& project) {
  if (project.name().empty()) return Missing("project_name");
  if (project.id().empty()) return Missing("project_id");
  if (const std::string problem = DnsLabelProblem(project.id()); !problem.empty())
    return InvalidArgument(Cat("invalid project id [", project.id(), "]: [", problem, "]"));
  return CheckTexts(project);
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

Error ProjectNotFound(const std::string& id) {
  return Error{Code::kNotFound, "NOT_FOUND", Cat("project [", id, "] not found"), SideEffect::kNone, {}};
}

}  // namespace

Registry::Registry(RegistryConfig config, MetadataStore& store, ObjectStore& objects, Clock& clock)
    : config_(std::move(config)), store_(store), objects_(objects), clock_(clock) {}

void Registry::Seed(Done seeded) {
  store_.Write(
      [projects = config_.projects, now = clock_.Now()](MetadataWriter& writer) -> Status {
        for (const ProjectSeed& seed : projects) {
          if (writer.FindProject(seed.id)) continue;
          model::ProjectRecord project;
          project.id = seed.id;
          project.name = seed.name.empty() ? seed.id : seed.name;
          project.description = seed.description;
          project.created_at = project.updated_at = now;
          if (Status made = writer.InsertProject(project); !made) return made;
        }
        return {};
      },
      std::move(seeded));
}

void Registry::RegisterProject(const admin::Project& project, Done done) {
  if (auto checked = CheckNew(project); !checked) return done(std::move(checked));
  store_.Write(
      [record = ToRecord(project, clock_.Now())](MetadataWriter& writer) -> Status {
        auto inserted = writer.InsertProject(record);
        if (inserted || inserted.error().reason != "ROW_EXISTS") return inserted;
        return Fail(
            Code::kAlreadyExists, "PROJECT_EXISTS",
            "value with matching already exists (duplicate key value violates unique constraint \"projects_pkey\")");
      },
      std::move(done));
}

void Registry::UpdateProject(const admin::Project& project, Done done) {
  if (project.id().empty()) return done(Missing("project_id"));
  store_.Write(
      [project, now = clock_.Now()](MetadataWriter& writer) -> Status {
        auto record = writer.FindProject(project.id());
        if (!record) return std::unexpected(ProjectNotFound(project.id()));
        if (auto checked = CheckTexts(project); !checked) return checked;
        if (!project.name().empty()) record->name = project.name();
        if (!project.description().empty()) record->description = project.description();
        if (project.has_labels()) record->labels = LabelBytes(project);
        record->state = project.state();
        record->updated_at = now;
        return writer.UpdateProject(*record);
      },
      std::move(done));
}

Result<model::ProjectRecord> Registry::FindProject(const std::string& id) {
  auto record = store_.Query([&](MetadataReader& reader) { return reader.FindProject(id); });
  if (!record) return std::unexpected(ProjectNotFound(id));
  return std::move(*record);
}

Result<std::vector<model::ProjectRecord>> Registry::ListProjects(const ListQuery& query) {
  return store_.Query([&](MetadataReader& reader) { return reader.ListProjects(query); });
}

std::optional<admin::Labels> LabelsOf(const model::ProjectRecord& project) {
  if (project.labels.empty()) return std::nullopt;
  admin::Labels out;
  if (project.labels != kEmptyLabels) out.ParseFromString(project.labels);
  return out;
}

}  // namespace sandbox::registry
