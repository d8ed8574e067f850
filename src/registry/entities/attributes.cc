// Matchable attributes of projects, of domains in projects, and of workflows: protocol/control-plane 4.4.

#include <algorithm>
#include <utility>

#include "registry/entities/validation.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;
using Key = model::AttributesKey;

constexpr int kWorkflowPriority = 100;
constexpr int kDomainPriority = 10;
constexpr int kProjectPriority = 5;

int PriorityOf(const Key& key) {
  if (!key.workflow.empty()) return kWorkflowPriority;
  return key.domain.empty() ? kProjectPriority : kDomainPriority;
}

// nullopt for kinds that cannot be set.
std::optional<int> KindOf(const admin::MatchingAttributes& attributes) {
  using Attributes = admin::MatchingAttributes;
  switch (attributes.target_case()) {
    case Attributes::kTaskResourceAttributes: return admin::TASK_RESOURCE;
    case Attributes::kClusterResourceAttributes: return admin::CLUSTER_RESOURCE;
    case Attributes::kExecutionQueueAttributes: return admin::EXECUTION_QUEUE;
    case Attributes::kExecutionClusterLabel: return admin::EXECUTION_CLUSTER_LABEL;
    case Attributes::kPluginOverrides: return admin::PLUGIN_OVERRIDE;
    case Attributes::kWorkflowExecutionConfig: return admin::WORKFLOW_EXECUTION_CONFIG;
    case Attributes::kClusterAssignment: return admin::CLUSTER_ASSIGNMENT;
    default: return std::nullopt;
  }
}

std::string Place(const Key& key) {
  std::string out = key.project;
  if (!key.domain.empty()) out += "-" + key.domain;
  if (!key.workflow.empty()) out += "-" + key.workflow;
  return out;
}

// Where a request points: `level` says which of the three families of methods it came through.
enum class Level { kProject, kDomain, kWorkflow };

Status CheckPlace(MetadataReader& reader, Level level, const Key& key, std::string_view what) {
  if (level == Level::kProject) {
    if (key.project.empty()) return Missing("project");
    return CheckProject(reader, key.project, what);
  }
  if (key.domain.empty()) return InvalidArgument("domain [] is unrecognized by system");
  // Attributes of a domain in every project are set through the domain's methods.
  if (key.project.empty()) return level == Level::kDomain ? CheckDomain(key.domain) : Status(Missing("project"));
  if (auto checked = CheckProjectAndDomain(reader, key.project, key.domain); !checked) return checked;
  if (level == Level::kWorkflow && key.workflow.empty()) return Missing("name");
  return {};
}

// New overrides replace those of the same task type; others stay.
void MergeOverrides(const admin::PluginOverrides& added, admin::PluginOverrides& kept) {
  admin::PluginOverrides out;
  for (const auto& override : kept.overrides()) {
    bool is_replaced = false;
    for (const auto& other : added.overrides()) is_replaced = is_replaced || other.task_type() == override.task_type();
    if (!is_replaced) *out.add_overrides() = override;
  }
  out.MergeFrom(added);
  kept = std::move(out);
}

Status Store(MetadataWriter& writer, const Key& key, admin::MatchingAttributes attributes) {
  if (attributes.has_plugin_overrides()) {
    if (const auto stored = writer.FindAttributes(key)) {
      auto before = ParseStored<admin::MatchingAttributes>(stored->attributes, "attributes");
      if (!before) return std::unexpected(std::move(before.error()));
      MergeOverrides(attributes.plugin_overrides(), *before->mutable_plugin_overrides());
      attributes = std::move(*before);
    }
  }
  return writer.PutAttributes({key, PriorityOf(key), attributes.SerializeAsString()});
}

template <typename Response>
MetadataStore::Done Answer(Reply<Response> reply) {
  return [reply = std::move(reply)](Status done) {
    if (!done) return reply(std::unexpected(std::move(done.error())));
    reply(Response());
  };
}

void Update(MetadataStore& store, Level level, Key key, bool has_attributes, bool has_matching,
            const admin::MatchingAttributes& attributes, MetadataStore::Done done) {
  if (!has_attributes) return done(Missing("attributes"));
  const auto place = store.Query([&](MetadataReader& reader) { return CheckPlace(reader, level, key, "registered"); });
  if (!place) return done(place);
  if (!has_matching) return done(Missing("matching_attributes"));
  const auto kind = KindOf(attributes);
  if (!kind) return done(InvalidArgument(Cat("Unrecognized matching attributes type for request ", Place(key))));
  key.resource = *kind;
  store.Write([key = std::move(key), attributes](MetadataWriter& writer) { return Store(writer, key, attributes); },
              std::move(done));
}

// What is set for places inside of this one goes too, as in the reference; other projects keep theirs.
Status DeleteWithin(MetadataWriter& writer, const Key& key) {
  for (const auto& row : writer.ListAttributes(key.resource)) {
    const bool is_within = row.key.project == key.project && (key.domain.empty() || row.key.domain == key.domain) &&
                           (key.workflow.empty() || row.key.workflow == key.workflow);
    if (!is_within) continue;
    if (auto deleted = writer.DeleteAttributes(row.key); !deleted) return deleted;
  }
  return {};
}

void Delete(MetadataStore& store, Level level, Key key, MetadataStore::Done done) {
  const auto place = store.Query([&](MetadataReader& reader) { return CheckPlace(reader, level, key, "registered"); });
  if (!place) return done(place);
  store.Write([key = std::move(key)](MetadataWriter& writer) { return DeleteWithin(writer, key); }, std::move(done));
}

std::unexpected<Error> NoAttributes(const Key& key) {
  return NotFound(Cat("Resource [{Project:", key.project, " Domain:", key.domain, " Workflow:", key.workflow,
                      " LaunchPlan:", key.launch_plan, " ResourceType:",
                      admin::MatchableResource_Name(static_cast<admin::MatchableResource>(key.resource)),
                      "}] not found"));
}

std::optional<model::AttributesRecord> MostSpecific(MetadataReader& reader, const Key& key) {
  auto rows = reader.MatchAttributes(key);
  if (rows.empty()) return std::nullopt;
  // A domain's row of the project itself comes before one of that domain in every project.
  const auto best = std::ranges::max_element(
      rows, {}, [](const model::AttributesRecord& row) { return std::pair(row.priority, !row.key.project.empty()); });
  return std::move(*best);
}

Result<model::AttributesRecord> Find(MetadataStore& store, Level level, const Key& key) {
  return store.Query([&](MetadataReader& reader) -> Result<model::AttributesRecord> {
    if (auto checked = CheckPlace(reader, level, key, "exists"); !checked)
      return std::unexpected(std::move(checked.error()));
    auto row = level == Level::kProject ? reader.FindAttributes(key) : MostSpecific(reader, key);
    if (!row) return NoAttributes(key);
    return std::move(*row);
  });
}

}  // namespace

std::optional<admin::MatchingAttributes> FindMatchingAttributes(MetadataReader& reader, const Key& key) {
  const auto row = MostSpecific(reader, key);
  admin::MatchingAttributes out;
  if (!row || !out.ParseFromString(row->attributes)) return std::nullopt;
  return out;
}

void Registry::UpdateProjectAttributes(const admin::ProjectAttributesUpdateRequest& request,
                                       Reply<admin::ProjectAttributesUpdateResponse> reply) {
  const auto& given = request.attributes();
  Update(store_, Level::kProject, {given.project(), {}, {}, {}, 0}, request.has_attributes(),
         given.has_matching_attributes(), given.matching_attributes(), Answer(std::move(reply)));
}

void Registry::UpdateProjectDomainAttributes(const admin::ProjectDomainAttributesUpdateRequest& request,
                                             Reply<admin::ProjectDomainAttributesUpdateResponse> reply) {
  const auto& given = request.attributes();
  Update(store_, Level::kDomain, {given.project(), given.domain(), {}, {}, 0}, request.has_attributes(),
         given.has_matching_attributes(), given.matching_attributes(), Answer(std::move(reply)));
}

void Registry::UpdateWorkflowAttributes(const admin::WorkflowAttributesUpdateRequest& request,
                                        Reply<admin::WorkflowAttributesUpdateResponse> reply) {
  const auto& given = request.attributes();
  Update(store_, Level::kWorkflow, {given.project(), given.domain(), given.workflow(), {}, 0}, request.has_attributes(),
         given.has_matching_attributes(), given.matching_attributes(), Answer(std::move(reply)));
}

void Registry::DeleteProjectAttributes(const admin::ProjectAttributesDeleteRequest& request,
                                       Reply<admin::ProjectAttributesDeleteResponse> reply) {
  Delete(store_, Level::kProject, {request.project(), {}, {}, {}, request.resource_type()}, Answer(std::move(reply)));
}

void Registry::DeleteProjectDomainAttributes(const admin::ProjectDomainAttributesDeleteRequest& request,
                                             Reply<admin::ProjectDomainAttributesDeleteResponse> reply) {
  Delete(store_, Level::kDomain, {request.project(), request.domain(), {}, {}, request.resource_type()},
         Answer(std::move(reply)));
}

void Registry::DeleteWorkflowAttributes(const admin::WorkflowAttributesDeleteRequest& request,
                                        Reply<admin::WorkflowAttributesDeleteResponse> reply) {
  Delete(store_, Level::kWorkflow,
         {request.project(), request.domain(), request.workflow(), {}, request.resource_type()},
         Answer(std::move(reply)));
}

Result<admin::ProjectAttributesGetResponse> Registry::GetProjectAttributes(
    const admin::ProjectAttributesGetRequest& request) {
  auto row = Find(store_, Level::kProject, {request.project(), {}, {}, {}, request.resource_type()});
  // Every project has the platform's execution settings, whether or not it set some itself.
  const bool has_defaults = request.resource_type() == admin::WORKFLOW_EXECUTION_CONFIG;
  if (!row && !(has_defaults && row.error().code == Code::kNotFound)) return std::unexpected(std::move(row.error()));
  admin::ProjectAttributesGetResponse out;
  out.mutable_attributes()->set_project(request.project());
  admin::MatchingAttributes& attributes = *out.mutable_attributes()->mutable_matching_attributes();
  if (row && !attributes.ParseFromString(row->attributes)) return Internal("stored attributes cannot be read");
  if (has_defaults && attributes.workflow_execution_config().max_parallelism() == 0) {
    attributes.mutable_workflow_execution_config()->set_max_parallelism(static_cast<int32_t>(config_.max_parallelism));
  }
  return out;
}

Result<admin::ProjectDomainAttributesGetResponse> Registry::GetProjectDomainAttributes(
    const admin::ProjectDomainAttributesGetRequest& request) {
  auto row = Find(store_, Level::kDomain, {request.project(), request.domain(), {}, {}, request.resource_type()});
  if (!row) return std::unexpected(std::move(row.error()));
  admin::ProjectDomainAttributesGetResponse out;
  out.mutable_attributes()->set_project(row->key.project);
  out.mutable_attributes()->set_domain(row->key.domain);
  if (!out.mutable_attributes()->mutable_matching_attributes()->ParseFromString(row->attributes))
    return Internal("stored attributes cannot be read");
  return out;
}

Result<admin::WorkflowAttributesGetResponse> Registry::GetWorkflowAttributes(
    const admin::WorkflowAttributesGetRequest& request) {
  auto row = Find(store_, Level::kWorkflow,
                  {request.project(), request.domain(), request.workflow(), {}, request.resource_type()});
  if (!row) return std::unexpected(std::move(row.error()));
  admin::WorkflowAttributesGetResponse out;
  out.mutable_attributes()->set_project(row->key.project);
  out.mutable_attributes()->set_domain(row->key.domain);
  out.mutable_attributes()->set_workflow(row->key.workflow);
  if (!out.mutable_attributes()->mutable_matching_attributes()->ParseFromString(row->attributes))
    return Internal("stored attributes cannot be read");
  return out;
}

Result<admin::ListMatchableAttributesResponse> Registry::ListMatchableAttributes(
    const admin::ListMatchableAttributesRequest& request) {
  const auto rows =
      store_.Query([&](MetadataReader& reader) { return reader.ListAttributes(request.resource_type()); });
  admin::ListMatchableAttributesResponse out;
  for (const auto& row : rows) {
    auto& configuration = *out.add_configurations();
    configuration.set_project(row.key.project);
    configuration.set_domain(row.key.domain);
    configuration.set_workflow(row.key.workflow);
    configuration.set_launch_plan(row.key.launch_plan);
    if (!configuration.mutable_attributes()->ParseFromString(row.attributes))
      return Internal("stored attributes cannot be read");
  }
  return out;
}

}  // namespace sandbox::registry
