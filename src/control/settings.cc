#include "control/settings.h"

#include "flyteidl/admin/common.pb.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

// The settings that caller, launch plan and attributes have in common, merged one after the other: what is set stays.
struct Merged {
  int32_t max_parallelism = 0;
  core::SecurityContext security_context;
  std::string raw_output_prefix;
  admin::Labels labels;
  admin::Annotations annotations;
  std::optional<bool> interruptible;
  bool overwrite_cache = false;
  std::optional<admin::Envs> envs;

  template <typename Source>
  void Add(const Source& source) {
    if (max_parallelism == 0 && source.max_parallelism() > 0) max_parallelism = source.max_parallelism();
    if (!NamesIdentity(security_context) && NamesIdentity(source.security_context()))
      security_context = source.security_context();
    if (raw_output_prefix.empty()) raw_output_prefix = source.raw_output_data_config().output_location_prefix();
    if (labels.values().empty()) labels = source.labels();
    if (annotations.values().empty()) annotations = source.annotations();
    if (!interruptible && source.has_interruptible()) interruptible = source.interruptible().value();
    overwrite_cache = overwrite_cache || source.overwrite_cache();
    if (!envs && source.has_envs()) envs = source.envs();
  }

  static bool NamesIdentity(const core::SecurityContext& context) {
    const auto& run_as = context.run_as();
    return !run_as.iam_role().empty() || !run_as.k8s_service_account().empty() || !run_as.execution_identity().empty();
  }
};

void AddAttributes(MetadataReader& reader, model::AttributesKey key, Merged* merged) {
  key.resource = admin::WORKFLOW_EXECUTION_CONFIG;
  auto attributes = registry::FindMatchingAttributes(reader, key);
  if (attributes && attributes->has_workflow_execution_config()) merged->Add(attributes->workflow_execution_config());
}

// The identity in the deprecated fields, the newest field first.
core::Identity LegacyIdentity(const SettingsSources& sources) {
  core::Identity identity;
  auto take = [&identity](const auto& role) {
    identity.set_iam_role(role.assumable_iam_role());
    identity.set_k8s_service_account(role.kubernetes_service_account());
    return identity;
  };
  const auto& requested = sources.given.settings.auth_role();
  if (!requested.assumable_iam_role().empty() || !requested.kubernetes_service_account().empty())
    return take(requested);
  if (!sources.launch_plan) return identity;
  if (sources.launch_plan->has_auth_role()) return take(sources.launch_plan->auth_role());
  if (sources.launch_plan->has_auth()) return take(sources.launch_plan->auth());
  identity.set_iam_role(sources.launch_plan->role());
  return identity;
}

google::protobuf::RepeatedPtrField<admin::Notification> Notifications(const SettingsSources& sources) {
  const auto& spec = sources.given.settings;
  if (!spec.notifications().notifications().empty()) return spec.notifications().notifications();
  if (spec.disable_all() || !sources.launch_plan) return {};
  return sources.launch_plan->entity_metadata().notifications();
}

// Labels of the project fill in what the run does not set.
void AddProjectLabels(MetadataReader& reader, const std::string& project, std::map<std::string, std::string>* labels) {
  auto record = reader.FindProject(project);
  if (!record) return;
  admin::Labels own;
  own.ParseFromString(record->labels);
  labels->insert(own.values().begin(), own.values().end());
}

}  // namespace

EffectiveSettings ResolveSettings(MetadataReader& reader, const registry::RegistryConfig& config,
                                  const SettingsSources& sources) {
  const ExecutionId& id = sources.given.id;
  Merged merged;
  merged.Add(sources.given.settings);
  if (sources.launch_plan) merged.Add(*sources.launch_plan);
  AddAttributes(reader,
                {id.project, id.domain, sources.launch_plan ? sources.launch_plan->workflow_id().name() : "", "", 0},
                &merged);
  AddAttributes(reader, {id.project, "", "", "", 0}, &merged);
  if (merged.max_parallelism == 0) merged.max_parallelism = static_cast<int32_t>(config.max_parallelism);

  EffectiveSettings out;
  if (Merged::NamesIdentity(merged.security_context)) {
    out.security_context = merged.security_context;
  } else {
    *out.security_context.mutable_run_as() = LegacyIdentity(sources);
  }
  out.notifications = Notifications(sources);

  auto& run = out.run;
  run.labels.insert(merged.labels.values().begin(), merged.labels.values().end());
  AddProjectLabels(reader, id.project, &run.labels);
  run.annotations.insert(merged.annotations.values().begin(), merged.annotations.values().end());
  if (merged.envs) {
    for (const auto& env : merged.envs->values()) run.envs.emplace_back(env.key(), env.value());
  }
  run.interruptible = merged.interruptible;
  run.overwrite_cache = merged.overwrite_cache;
  run.raw_output_prefix = merged.raw_output_prefix;
  run.max_parallelism = static_cast<uint32_t>(merged.max_parallelism);
  auto resources = registry::EffectiveTaskResources(reader, config, sources.workflow.project, sources.workflow.domain,
                                                    sources.workflow.name);
  run.resource_defaults = std::move(resources.defaults);
  run.resource_limits = std::move(resources.limits);
  return out;
}

}  // namespace sandbox::control
