// Matchable attributes of projects, of domains in projects, and of workflows: protocol/control-plane 4.4.

#include <algorithm>
#include <utility>

#include "registry/entities/validation.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;
using Key = model::AttributesKey;
using Level = AttributesLevel;

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

Key KeyOf(const AttributesPlace& place, int resource) {
  return {place.project, place.domain, place.workflow, {}, resource};
}

Status CheckPlace(MetadataReader& reader, const RegistryConfig& config, Level level, const Key& key,
                  std::string_view what) {
  if (level == Level::kProject) {
    if (key.project.empty()) return Missing("project");
    return CheckProject(reader, key.project, what);
  }
  if (key.domain.empty()) return InvalidArgument("domain [] is unrecognized by system");
  // Attributes of a domain in every project are set through the domain's methods.
  if (key.project.empty())
    return level == Level::kDomain ? CheckDomain(config, key.domain) : Status(Missing("project"));
  if (auto checked = CheckProjectAndDomain(reader, config, key.project, key.domain); !checked) return checked;
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

Result<Attributes> Read(const model::AttributesRecord& row) {
  auto values = ParseStored<admin::MatchingAttributes>(row.attributes, "attributes");
  if (!values) return std::unexpected(std::move(values.error()));
  return Attributes{row.key, std::move(*values)};
}

Result<Attributes> FindStored(MetadataReader& reader, const RegistryConfig& config, Level level, const Key& key) {
  if (auto checked = CheckPlace(reader, config, level, key, "exists"); !checked)
    return std::unexpected(std::move(checked.error()));
  const auto row = level == Level::kProject ? reader.FindAttributes(key) : MostSpecific(reader, key);
  if (!row) return NoAttributes(key);
  return Read(*row);
}

}  // namespace

std::optional<admin::MatchingAttributes> FindMatchingAttributes(MetadataReader& reader, const Key& key) {
  const auto row = MostSpecific(reader, key);
  admin::MatchingAttributes out;
  if (!row || !out.ParseFromString(row->attributes)) return std::nullopt;
  return out;
}

void Registry::SetAttributes(const AttributesPlace& place, std::optional<admin::MatchingAttributes> values, Done done) {
  Key key = KeyOf(place, 0);
  auto checked =
      store_.Query([&](MetadataReader& reader) { return CheckPlace(reader, config_, place.level, key, "registered"); });
  if (!checked) return done(std::move(checked));
  if (!values) return done(Missing("matching_attributes"));
  const auto kind = KindOf(*values);
  if (!kind) return done(InvalidArgument(Cat("Unrecognized matching attributes type for request ", Place(key))));
  key.resource = *kind;
  store_.Write([key = std::move(key),
                values = std::move(*values)](MetadataWriter& writer) { return Store(writer, key, values); },
               std::move(done));
}

void Registry::DeleteAttributes(const AttributesPlace& place, int resource, Done done) {
  const Key key = KeyOf(place, resource);
  auto checked =
      store_.Query([&](MetadataReader& reader) { return CheckPlace(reader, config_, place.level, key, "registered"); });
  if (!checked) return done(std::move(checked));
  store_.Write([key](MetadataWriter& writer) { return DeleteWithin(writer, key); }, std::move(done));
}

Result<Attributes> Registry::FindAttributes(const AttributesPlace& place, int resource) {
  const Key key = KeyOf(place, resource);
  auto found = store_.Query([&](MetadataReader& reader) { return FindStored(reader, config_, place.level, key); });
  // Every project has the platform's execution settings, whether or not it set some itself.
  if (place.level != Level::kProject || resource != admin::WORKFLOW_EXECUTION_CONFIG) return found;
  if (!found && found.error().code != Code::kNotFound) return found;
  if (!found) found = Attributes{key, {}};
  if (found->values.workflow_execution_config().max_parallelism() == 0) {
    found->values.mutable_workflow_execution_config()->set_max_parallelism(
        static_cast<int32_t>(config_.max_parallelism));
  }
  return found;
}

Result<std::vector<Attributes>> Registry::ListAttributes(int resource) {
  std::vector<Attributes> out;
  for (const auto& row : store_.Query([&](MetadataReader& reader) { return reader.ListAttributes(resource); })) {
    auto attributes = Read(row);
    if (!attributes) return std::unexpected(std::move(attributes.error()));
    out.push_back(std::move(*attributes));
  }
  return out;
}

}  // namespace sandbox::registry
