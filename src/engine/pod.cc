#include "pod.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "offloaded.h"
#include "sandbox/base/names.h"
#include "sandbox/base/text.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

constexpr size_t kLabelLengthMax = 63;
constexpr uint32_t kShards = 32;
constexpr size_t kDefinitionBytesMax = 16 * 1024;
constexpr std::string_view kPrimaryKey = "primary_container_name";

// User environment first, platform defaults last: the later of two equal names wins.
std::vector<std::pair<std::string, std::string>> Environment(const AttemptContext& context,
                                                             std::vector<std::pair<std::string, std::string>> env) {
  const ExecutionId& execution = context.execution.id;
  const core::Identifier& task = context.task.id();
  const EntityId& workflow = context.execution.workflow;
  env.emplace_back("FLYTE_INTERNAL_EXECUTION_WORKFLOW",
                   Cat(workflow.project, ":", workflow.domain, ":", workflow.name));
  env.emplace_back("FLYTE_INTERNAL_EXECUTION_ID", execution.name);
  env.emplace_back("FLYTE_INTERNAL_EXECUTION_PROJECT", execution.project);
  env.emplace_back("FLYTE_INTERNAL_EXECUTION_DOMAIN", execution.domain);
  env.emplace_back("FLYTE_ATTEMPT_NUMBER", std::to_string(context.task_attempt.value_or(context.id.attempt)));
  if (context.task.config().contains("link_type") && !context.config.console_url.empty()) {
    env.emplace_back("FLYTE_EXECUTION_URL",
                     Cat(context.config.console_url, "/projects/", execution.project, "/domains/", execution.domain,
                         "/executions/", execution.name, "/nodeId/", context.id.node.node, "/nodes"));
  }
  env.emplace_back("FLYTE_INTERNAL_TASK_PROJECT", task.project());
  env.emplace_back("FLYTE_INTERNAL_TASK_DOMAIN", task.domain());
  env.emplace_back("FLYTE_INTERNAL_TASK_NAME", task.name());
  env.emplace_back("FLYTE_INTERNAL_TASK_VERSION", task.version());
  const Offloading& offloading = context.config.offloading;
  if (offloading.enabled && KnowsOffloading(context.task)) {
    env.emplace_back("_F_L_MIN_SIZE_MB", std::to_string(offloading.min_mb));
    env.emplace_back("_F_L_MAX_SIZE_MB", std::to_string(offloading.max_mb));
  }
  env.insert(env.end(), context.execution.settings.envs.begin(), context.execution.settings.envs.end());
  const bool subtask = IsSubtask(context.id.node.node);
  if (context.item >= 0 && !subtask) {
    env.emplace_back("BATCH_JOB_ARRAY_INDEX_VAR_NAME", "FLYTE_K8S_ARRAY_INDEX");
    env.emplace_back("FLYTE_K8S_ARRAY_INDEX", std::to_string(context.item));
  }
  env.insert(env.end(), context.config.default_envs.begin(), context.config.default_envs.end());
  if (subtask) {
    env.emplace_back("FLYTE_K8S_ARRAY_INDEX", std::to_string(context.item));
    env.emplace_back("BATCH_JOB_ARRAY_INDEX_VAR_NAME", "FLYTE_K8S_ARRAY_INDEX");
  }
  return env;
}

Status RenderAll(std::vector<std::string>& texts, const TemplateValues& values) {
  for (std::string& text : texts) {
    auto rendered = RenderTemplate(text, values);
    if (!rendered) return std::unexpected(std::move(rendered.error()));
    text = std::move(*rendered);
  }
  return {};
}

void AddSecrets(const AttemptContext& context, PodSpec& pod) {
  for (const core::Secret& secret : context.task.security_context().secrets()) {
    pod.secrets.push_back({secret.group(), secret.key(), static_cast<SecretRequest::Mount>(secret.mount_requirement()),
                           secret.env_var()});
  }
  if (!pod.secrets.empty()) pod.labels["inject-flyte-secrets"] = "true";
}

void AddMetadata(const AttemptContext& context, PodSpec& pod) {
  if (context.task.has_k8s_pod()) {
    const core::K8sObjectMetadata& metadata = context.task.k8s_pod().metadata();
    pod.labels.insert(metadata.labels().begin(), metadata.labels().end());
    pod.annotations.insert(metadata.annotations().begin(), metadata.annotations().end());
  }
  AddLabels(context, pod.labels, pod.annotations);
  pod.annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "false";
}

// "/var/inputs" as it stands in a mount; fails for what cannot be one.
Result<std::string> MountPath(const std::string& path, std::string_view otherwise) {
  std::string out = std::filesystem::path(path.empty() ? std::string(otherwise) : path).lexically_normal();
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  if (!out.starts_with('/') || out == "/")
    return InvalidArgument(Cat("[BadTaskSpecification] invalid TaskSpecification, [", path,
                               "] is no path for files of inputs or outputs"));
  return out;
}

// Files instead of an SDK in the image. Directories are there for what the interface has.
Status AddFiles(const AttemptContext& context, PodSpec& pod) {
  const core::DataLoadingConfig& config =
      context.task.has_k8s_pod() ? context.task.k8s_pod().data_config() : context.task.container().data_config();
  const core::TypedInterface& interface = context.task.interface();
  if (!config.enabled() || (interface.inputs().variables().empty() && interface.outputs().variables().empty()))
    return {};
  FileInterface files;
  if (!interface.inputs().variables().empty()) {
    auto path = MountPath(config.input_path(), "/var/flyte/inputs");
    if (!path) return std::unexpected(std::move(path.error()));
    files.input_path = std::move(*path);
  }
  if (!interface.outputs().variables().empty()) {
    auto path = MountPath(config.output_path(), "/var/flyte/outputs");
    if (!path) return std::unexpected(std::move(path.error()));
    files.output_path = std::move(*path);
  }
  if (files.input_path == files.output_path) {
    return InvalidArgument(
        Cat("[BadTaskSpecification] invalid TaskSpecification, inputs and outputs are in the same directory [",
            files.input_path, "]"));
  }
  files.format = config.format();
  files.outputs = interface.outputs().SerializeAsString();
  files.output_prefix = context.output_prefix;
  files.raw_prefix = RawOutputPrefix(context.config.layout, context.execution, context.id);
  pod.files = std::move(files);
  return {};
}

// Upstream finds a pod's primary by this annotation, and lets that container alone decide; without it the whole pod has
// to end.
void NamePrimary(const std::string& name, PodSpec& pod) {
  pod.annotations[std::string(kPrimaryKey)] = name;
  pod.end_rule = EndRule::kPrimary;
}

// The container target: one container that has the pod's name.
Result<PodTemplate> FromContainer(const AttemptContext& context, PodSpec& pod) {
  const core::Container& container = context.task.container();
  PodTemplate out;
  PodTemplate::Container& only = out.containers.emplace_back();
  only.spec.name = pod.name;
  only.spec.image = container.image();
  only.spec.command.assign(container.command().begin(), container.command().end());
  only.spec.args.assign(container.args().begin(), container.args().end());
  for (const core::KeyValuePair& pair : container.env()) only.spec.env.emplace_back(pair.key(), pair.value());
  auto resources = ParseResources(container.resources());
  if (!resources) return std::unexpected(std::move(resources.error()));
  only.resources = std::move(*resources);
  // Containers that are built here, and only they, tell their log's end when they fail.
  only.spec.message_policy = MessagePolicy::kFallbackToLogs;
  if (context.task.type() != "raw-container") NamePrimary(pod.name, pod);
  return out;
}

// Where a pod task keeps its specification; three versions of it.
struct PodSource {
  const google::protobuf::Struct* spec = nullptr;
  std::string primary;
};

std::unexpected<Error> BadTask(std::string_view what) { return InvalidArgument(Cat("[BadTaskSpecification] ", what)); }

// Version 0 of `sidecar`: everything is in `custom`.
Result<PodSource> FromSidecarJob(const google::protobuf::Struct& custom, PodSpec& pod) {
  const auto find = [&custom](const char* name, const char* other) -> const google::protobuf::Value* {
    const auto found = custom.fields().contains(name) ? custom.fields().find(name) : custom.fields().find(other);
    return found == custom.fields().end() ? nullptr : &found->second;
  };
  const auto* spec = find("podSpec", "pod_spec");
  if (spec == nullptr || !spec->has_struct_value())
    return BadTask(Cat("invalid TaskSpecification, nil PodSpec [", custom.ShortDebugString(), "]"));
  const auto* primary = find("primaryContainerName", "primary_container_name");
  const auto add = [&find](const char* name, std::map<std::string, std::string>& to) {
    if (const auto* values = find(name, name); values != nullptr) {
      for (const auto& [key, value] : values->struct_value().fields()) to[key] = value.string_value();
    }
  };
  add("labels", pod.labels);
  add("annotations", pod.annotations);
  return PodSource{&spec->struct_value(), primary == nullptr ? "" : primary->string_value()};
}

Result<PodSource> FindPod(const AttemptContext& context, PodSpec& pod) {
  const core::TaskTemplate& task = context.task;
  const bool sidecar = task.type() == "sidecar";
  if (sidecar && task.task_type_version() == 0) return FromSidecarJob(task.custom(), pod);
  const auto primary = task.config().find(std::string(kPrimaryKey));
  if (sidecar && task.task_type_version() == 1) {
    if (task.config().empty())
      return BadTask(
          Cat("invalid TaskSpecification, config needs to be non-empty and include missing [", kPrimaryKey, "] key"));
    if (primary == task.config().end())
      return BadTask(Cat("invalid TaskSpecification, config missing [", kPrimaryKey, "] key"));
    return PodSource{&task.custom(), primary->second};
  }
  const core::TaskNodeOverrides& overrides = context.node.task_node().overrides();
  const core::K8sPod& target = overrides.has_pod_template() ? overrides.pod_template() : task.k8s_pod();
  return PodSource{&target.pod_spec(), primary == task.config().end() ? "primary" : primary->second};
}

bool IsPodTask(const AttemptContext& context) {
  const core::TaskTemplate& task = context.task;
  return task.has_k8s_pod() || context.node.task_node().overrides().has_pod_template() ||
         (task.type() == "sidecar" && task.task_type_version() < 2);
}

// The pod target: its primary container is named by the task's configuration.
Result<PodTemplate> FromPod(const AttemptContext& context, PodSpec& pod) {
  auto source = FindPod(context, pod);
  if (!source) return std::unexpected(std::move(source.error()));
  auto out = ParsePodTemplate(*source->spec, pod);
  if (!out) return out;
  const auto found = std::ranges::find_if(out->containers, [&](const PodTemplate::Container& c) {
    return c.spec.role == ContainerRole::kApp && c.spec.name == source->primary;
  });
  if (found == out->containers.end())
    return BadTask(Cat("invalid TaskSpecification, primary container [", source->primary, "] not defined"));
  pod.primary = static_cast<size_t>(found - out->containers.begin());
  const auto apps = std::ranges::count_if(
      out->containers, [](const PodTemplate::Container& c) { return c.spec.role == ContainerRole::kApp; });
  if (apps == 1 || context.task.type() == "sidecar") NamePrimary(source->primary, pod);
  pod.active_max = out->active_max;
  pod.stop_grace = out->stop_grace;
  pod.volumes = std::move(out->volumes);
  pod.hosts = std::move(out->hosts);
  return out;
}

Result<PodTemplate> Parse(const AttemptContext& context, PodSpec& pod) {
  pod.id = context.id;
  pod.name = GeneratedName(context.id);
  pod.pod_namespace = context.execution.id.Namespace();
  if (IsPodTask(context)) return FromPod(context, pod);
  if (context.task.has_container()) return FromContainer(context, pod);
  return InvalidArgument("[BadTaskSpecification] invalid TaskSpecification, unable to determine Pod configuration");
}

int64_t SharedMemoryBytes(const AttemptContext& context, bool& wanted) {
  const core::ExtendedResources& overrides = context.node.task_node().overrides().extended_resources();
  const core::ExtendedResources& own = overrides.has_shared_memory() ? overrides : context.task.extended_resources();
  wanted = own.has_shared_memory();
  const auto size = Quantity::Parse(own.shared_memory().size_limit());
  return size ? size->Value() : 0;
}

// What each container gets of the machine.
Status Size(const core::TaskNodeOverrides& overrides, const model::RunSettings& settings, PodTemplate& parsed,
            size_t primary_index) {
  auto resource_overrides = ParseResources(overrides.resources());
  if (!resource_overrides) return std::unexpected(std::move(resource_overrides.error()));
  for (size_t i = 0; i < parsed.containers.size(); ++i) {
    ResourceSet& resources = parsed.containers[i].resources;
    const bool primary = i == primary_index;
    if (primary) OverrideResources(resources, *resource_overrides);
    if (auto adjusted =
            AdjustResources(resources, settings, primary || parsed.containers[i].spec.role != ContainerRole::kApp);
        !adjusted)
      return adjusted;
    ApplyResources(resources, parsed.containers[i].spec);
  }
  return {};
}

Status Finish(const AttemptContext& context, PodTemplate& parsed, PodSpec& pod) {
  const core::TaskNodeOverrides& overrides = context.node.task_node().overrides();
  if (auto sized = Size(overrides, context.execution.settings, parsed, pod.primary); !sized) return sized;
  const TemplateValues templates = MakeTemplateValues(context);
  for (size_t i = 0; i < parsed.containers.size(); ++i) {
    ContainerSpec& spec = parsed.containers[i].spec;
    const bool primary = i == pod.primary;
    if (primary && !overrides.container_image().empty()) spec.image = overrides.container_image();
    if (auto rendered = RenderAll(spec.command, templates); !rendered) return rendered;
    if (auto rendered = RenderAll(spec.args, templates); !rendered) return rendered;
    spec.env = Environment(context, std::move(spec.env));
    bool shared_memory = false;
    const int64_t bytes = SharedMemoryBytes(context, shared_memory);
    // Without a size the memory limit bounds it.
    if (primary && shared_memory) spec.shm_size_bytes = bytes;
    const bool unsized = spec.shm_size_bytes == 0 && ((primary && shared_memory) || parsed.containers[i].shared_memory);
    if (unsized) spec.shm_size_bytes = spec.memory_limit_bytes;
    pod.containers.push_back(std::move(spec));
  }
  return {};
}

bool Contains(std::string_view text, const std::string& wanted) {
  return LowerCase(text).find(wanted) != std::string::npos;
}

// Whether a command, an argument or another text of a pod's specification contains it.
bool AnyText(const core::TaskTemplate& task, const std::string& wanted) {
  const auto any = [&wanted](const auto& texts) {
    return std::ranges::any_of(texts, [&wanted](const std::string& text) { return Contains(text, wanted); });
  };
  if (any(task.container().command()) || any(task.container().args())) return true;
  return Contains(task.k8s_pod().pod_spec().SerializeAsString(), wanted) ||
         Contains(task.custom().SerializeAsString(), wanted);
}

}  // namespace

TemplateValues MakeTemplateValues(const AttemptContext& context) {
  TemplateValues out;
  out.input = context.data_dir + "/inputs.pb";
  out.input_prefix = context.data_dir;
  out.output_prefix = context.output_prefix;
  out.raw_output_prefix = RawOutputPrefix(context.config.layout, context.execution, context.id);
  out.checkpoint = CheckpointUri(context.config.layout, context.execution, context.id);
  out.previous_checkpoint = context.previous_checkpoint;
  out.task_template = context.data_dir + "/task.pb";
  out.unique_key = GeneratedName(context.id);
  out.pod_namespace = context.execution.id.Namespace();
  out.inputs = &context.inputs;
  return out;
}

void AddLabels(const AttemptContext& context, std::map<std::string, std::string>& labels,
               std::map<std::string, std::string>& annotations) {
  const model::RunSettings& settings = context.execution.settings;
  for (const auto& [key, value] : settings.labels) labels[key] = value;
  for (const auto& [key, value] : settings.annotations) annotations[key] = value;
  // A child execution has these of its parent among its own labels, and keeps them.
  labels.try_emplace("domain", context.execution.id.domain);
  labels.try_emplace("execution-id", context.execution.id.name);
  labels.try_emplace("project", context.execution.id.project);
  labels.try_emplace("workflow-name", LabelValue(context.execution.workflow.name));
  labels["interruptible"] = context.interruptible ? "true" : "false";
  labels["node-id"] = context.node_id;
  labels["shard-key"] = std::to_string(Fnv1a32(context.execution.id.name) % kShards);
  labels["task-name"] = LabelValue(context.task.id().name());
}

bool HasPod(const core::Node& node, const core::TaskTemplate& task) {
  return task.has_container() || task.has_k8s_pod() || node.task_node().overrides().has_pod_template() ||
         (task.type() == "sidecar" && task.task_type_version() < 2);
}

Result<PodSpec> BuildPod(const AttemptContext& context) {
  PodSpec pod;
  auto parsed = Parse(context, pod);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  if (auto added = AddFiles(context, pod); !added) return std::unexpected(std::move(added.error()));
  if (auto finished = Finish(context, *parsed, pod); !finished) return std::unexpected(std::move(finished.error()));
  AddMetadata(context, pod);
  AddSecrets(context, pod);
  pod.mostly_waits = context.task.metadata().is_eager();
  return pod;
}

std::shared_ptr<const model::PodDefinition> Define(const PodSpec& pod) {
  auto out = std::make_shared<model::PodDefinition>();
  size_t left = kDefinitionBytesMax;
  const auto take = [&](const std::string& text) {
    const size_t bytes = std::min(text.size(), left);
    left -= bytes;
    out->cut |= bytes < text.size();
    return bytes < text.size() ? ValidUtf8(text.substr(0, bytes)) + "..." : text;
  };
  out->primary = static_cast<uint32_t>(pod.primary);
  for (const ContainerSpec& spec : pod.containers) {
    model::PodContainer& container = out->containers.emplace_back();
    container.name = spec.name;
    container.image = spec.image;
    container.role = spec.role;
    for (const std::string& text : spec.command) container.command.push_back(take(text));
    for (const std::string& text : spec.args) container.args.push_back(take(text));
    for (const auto& [name, value] : spec.env) container.env_names.push_back(take(name));
    container.cpu_request_millis = spec.cpu_request_millis;
    container.cpu_limit_millis = spec.cpu_limit_millis;
    container.cpu_quota_millis = spec.cpu_quota_millis;
    container.memory_request_bytes = spec.memory_request_bytes;
    container.memory_limit_bytes = spec.memory_limit_bytes;
    container.gpus = spec.gpus;
  }
  return out;
}

Result<PodSpec> SizePod(const model::ExecutionRecord& execution, const core::Node& node,
                        const core::TaskTemplate& task) {
  const EngineConfig config;
  const core::LiteralMap no_inputs;
  PodSpec pod;
  auto parsed = Parse({config, execution, node, task, no_inputs, {{execution.id, node.id()}, 0}}, pod);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  if (auto sized = Size(node.task_node().overrides(), execution.settings, *parsed, pod.primary); !sized)
    return std::unexpected(std::move(sized.error()));
  for (PodTemplate::Container& container : parsed->containers) pod.containers.push_back(std::move(container.spec));
  pod.mostly_waits = task.metadata().is_eager();
  return pod;
}

bool MentionsInput(const core::Node& node, const core::TaskTemplate& task, const std::string& name) {
  const std::string wanted = LowerCase(Cat("inputs.", name));
  return AnyText(task, wanted) ||
         Contains(node.task_node().overrides().pod_template().pod_spec().SerializeAsString(), wanted);
}

bool UsesTaskTemplate(const core::TaskTemplate& task) { return AnyText(task, "tasktemplatepath"); }

std::string RawOutputPrefix(const ObjectLayout& layout, const model::ExecutionRecord& execution, const AttemptId& id) {
  std::string prefix = execution.settings.raw_output_prefix;
  if (prefix.empty()) prefix = layout.Uri(layout.raw_data);
  while (prefix.ends_with('/')) prefix.pop_back();
  std::string name = GeneratedName(id);
  if (!IsSubtask(id.node.node)) return Cat(prefix, "/", RawOutputShard(name), "/", name);
  // The name of the task's attempt is what stands before the subtask's own part.
  const std::string index = id.node.node.substr(id.node.node.find(kSubtaskMark) + 1);
  name.resize(name.size() - Cat("-", index).size() - (id.attempt == 0 ? 0 : Cat("-", id.attempt).size()));
  return Cat(prefix, "/", RawOutputShard(name), "/", name, "/", index, "/", id.attempt);
}

std::string CheckpointUri(const ObjectLayout& layout, const model::ExecutionRecord& execution, const AttemptId& id) {
  return RawOutputPrefix(layout, execution, id) + "/_flytecheckpoints";
}

std::string LabelValue(std::string_view text) {
  std::string out;
  for (const unsigned char c : LowerCase(text)) {
    if (std::isalnum(c)) {
      out += static_cast<char>(c);
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
    if (out.size() == kLabelLengthMax) break;
  }
  while (out.ends_with('-')) out.pop_back();
  return out;
}

}  // namespace sandbox::engine
