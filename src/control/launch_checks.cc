#include "control/launch_checks.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "control/ids.h"
#include "sandbox/base/text.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

namespace {

constexpr size_t kNameMax = 63;

// The name is judged in lower case and kept as it was given.
Status CheckName(const std::string& given) {
  if (given.empty()) return {};
  const std::string name = LowerCase(given);
  if (name.size() > kNameMax) return InvalidArgument(Cat("size of name exceeded length 63 : ", name));
  const bool starts_well = name[0] >= 'a' && name[0] <= 'z';
  const bool rest_is_well =
      std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (starts_well && rest_is_well) return {};
  return InvalidArgument(Cat("invalid name format: ", name, ", does not match regex '^[a-z][a-z\\-0-9]*$'"));
}

Status CheckTarget(const EntityId& id) {
  if (auto ok = RequireText(id.project, "project"); !ok) return ok;
  if (auto ok = RequireText(id.domain, "domain"); !ok) return ok;
  if (auto ok = RequireText(id.name, "name"); !ok) return ok;
  if (auto ok = RequireText(id.version, "version"); !ok) return ok;
  if (id.kind == EntityKind::kTask || id.kind == EntityKind::kLaunchPlan) return {};
  return InvalidArgument("only a task or a launch plan can be launched");
}

// Kubernetes' words for annotation keys that it does not take.
void AddKeyFaults(const std::string& key, std::vector<std::string>* faults) {
  auto add = [&](std::string_view text) {
    faults->push_back(Cat("metadata.annotations: Invalid value: \"", key, "\": ", text));
  };
  const size_t slash = key.find('/');
  const std::string name = slash == std::string::npos ? key : key.substr(slash + 1);
  if (slash == 0) add("prefix part must be non-empty");
  if (name.empty()) add("name part must be non-empty");
  if (name.size() > kNameMax) add("name part must be no more than 63 characters");
  auto alphanumeric = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  const bool well =
      !name.empty() && alphanumeric(name.front()) && alphanumeric(name.back()) &&
      std::ranges::all_of(name, [&](char c) { return alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
  if (!well) {
    add("name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        "alphanumeric character "
        "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')");
  }
}

model::ExecutionError NotCreated(std::string why) {
  model::ExecutionError error;
  error.code = "Internal";
  error.message = "failed to create workflow in propeller " + std::move(why);
  error.kind = model::ErrorKind::kSystem;
  return error;
}

}  // namespace

Status CheckPlace(MetadataReader& reader, const registry::RegistryConfig& config, const ExecutionId& id) {
  if (auto ok = RequireText(id.project, "project"); !ok) return ok;
  if (auto ok = RequireText(id.domain, "domain"); !ok) return ok;
  if (auto ok = CheckName(id.name); !ok) return ok;
  return registry::CheckProjectAndDomain(reader, config, id.project, id.domain);
}

Status CheckLaunch(MetadataReader& reader, const registry::RegistryConfig& config, const LaunchSpec& spec) {
  if (auto ok = CheckPlace(reader, config, spec.id); !ok) return ok;
  if (auto ok = CheckTarget(spec.target); !ok) return ok;
  if (auto ok = registry::CheckLiteralMap(spec.inputs, "inputs"); !ok) return ok;
  if (auto ok = registry::CheckNotifications(spec.settings.notifications().notifications()); !ok) return ok;
  return registry::CheckLabels(spec.settings.labels());
}

Status CheckClusterPool(MetadataReader& reader, const LaunchSpec& spec) {
  const auto& asked = spec.settings.cluster_assignment().cluster_pool_name();
  if (asked.empty()) return {};
  auto attributes =
      registry::FindMatchingAttributes(reader, {spec.id.project, spec.id.domain, "", "", admin::CLUSTER_ASSIGNMENT});
  if (!attributes) return {};
  const auto& assigned = attributes->cluster_assignment().cluster_pool_name();
  if (assigned.empty() || assigned == asked) return {};
  return InvalidArgument(Cat("execution with project \"", spec.id.project, "\" and domain \"", spec.id.domain,
                             "\" cannot run on cluster pool \"", asked, "\", because its configured to run on pool \"",
                             assigned, "\""));
}

std::optional<model::ExecutionError> EngineRefusal(const std::string& execution, const std::string& cluster_label,
                                                   const std::map<std::string, std::string>& annotations,
                                                   const std::string& iam_role) {
  if (!cluster_label.empty()) return NotCreated(Cat("execution cluster label ", cluster_label, " is not supported"));
  std::vector<std::string> faults;
  // A role becomes an annotation whose key is configured; the sandbox configures none.
  if (!iam_role.empty()) AddKeyFaults("", &faults);
  for (const auto& entry : annotations) AddKeyFaults(entry.first, &faults);
  if (faults.empty()) return std::nullopt;
  std::string joined = faults.front();
  for (size_t i = 1; i < faults.size(); ++i) joined += ", " + faults[i];
  if (faults.size() > 1) joined = "[" + joined + "]";
  return NotCreated(Cat("FlyteWorkflow.flyte.lyft.com \"", execution, "\" is invalid: ", joined));
}

}  // namespace sandbox::control
