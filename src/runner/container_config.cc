#include "runner/container_config.h"

#include <algorithm>

#include "runner/expand.h"

namespace sandbox::runner {
namespace {

constexpr size_t kHostnameMax = 63;
constexpr int64_t kSharesPerCpu = 1024;
constexpr int64_t kSharesMin = 2;
constexpr int64_t kMillis = 1000;

// A variable may use those before it; the later of two equal names wins. Secrets are taken as they are, where the name
// is free.
std::map<std::string, std::string> ResolveEnv(const ContainerSpec& container, const SecretValues& secrets) {
  std::map<std::string, std::string> resolved;
  for (const auto& [name, value] : container.env) resolved[name] = ExpandVariables(value, resolved);
  for (const auto& [name, value] : secrets.env) resolved.emplace(name, value);
  return resolved;
}

std::vector<std::string> ExpandAll(const std::vector<std::string>& texts,
                                   const std::map<std::string, std::string>& env) {
  std::vector<std::string> out;
  out.reserve(texts.size());
  for (const std::string& text : texts) out.push_back(ExpandVariables(text, env));
  return out;
}

std::map<std::string, std::string> LabelsOf(const PodSpec& pod, const ContainerSpec& container,
                                            const PodSettings& settings) {
  std::map<std::string, std::string> labels = pod.labels;
  const ExecutionId& execution = pod.id.node.execution;
  labels.emplace("project", execution.project);
  labels.emplace("domain", execution.domain);
  labels.emplace("execution-id", execution.name);
  for (const auto& [key, value] : pod.annotations) labels[kAnnotationPrefix + key] = value;
  labels["sandbox.project"] = execution.project;
  labels["sandbox.domain"] = execution.domain;
  labels["sandbox.execution"] = execution.name;
  labels["sandbox.node"] = pod.id.node.node;
  labels["sandbox.attempt"] = std::to_string(pod.id.attempt);
  for (const auto& [key, value] : settings.labels) labels[key] = value;
  labels[kInstanceLabel] = settings.instance;
  labels[kPodLabel] = pod.name;
  labels[kNamespaceLabel] = pod.pod_namespace;
  labels[kContainerLabel] = container.name;
  return labels;
}

const PodVolume* FindVolume(const PodSpec& pod, const std::string& name) {
  const auto found = std::ranges::find(pod.volumes, name, &PodVolume::name);
  return found == pod.volumes.end() ? nullptr : &*found;
}

void AddVolumes(const PodSpec& pod, const ContainerSpec& container, const PodSettings& settings,
                docker::ContainerConfig& config) {
  for (const VolumeMount& mount : container.mounts) {
    const PodVolume* volume = FindVolume(pod, mount.volume);
    if (volume == nullptr) continue;
    if (!volume->host_path.empty()) {
      config.binds.push_back({volume->host_path, mount.path, mount.read_only});
    } else {
      std::map<std::string, std::string> labels = settings.labels;
      labels[kInstanceLabel] = settings.instance;
      labels[kPodLabel] = pod.name;
      config.volumes.push_back(
          {VolumeName(settings.instance, pod, volume->name), mount.path, mount.read_only, std::move(labels)});
    }
  }
  if (!pod.files || container.name != pod.containers[pod.primary].name) return;
  for (const std::string& path : {pod.files->input_path, pod.files->output_path}) {
    if (!path.empty()) config.volumes.push_back({"", path, false, {}});
  }
}

}  // namespace

std::string VolumeName(const std::string& instance, const PodSpec& pod, const std::string& volume) {
  return Cat("sandbox-", instance, "-", pod.name, "-", volume);
}

std::vector<std::string> OpenPaths(const PodSpec& pod, const ContainerSpec& container) {
  std::vector<std::string> out;
  for (const VolumeMount& mount : container.mounts) {
    const PodVolume* volume = FindVolume(pod, mount.volume);
    if (volume != nullptr && volume->host_path.empty() && !mount.read_only) out.push_back(mount.path);
  }
  return out;
}

model::WaitReason NoGpu(uint32_t gpus, std::string why) {
  return {.code = model::PodWait::kNeverFits,
          .shortages = {{"gpu", int64_t{gpus} * kMillis, 0, 0}},
          .error = std::move(why)};
}

std::vector<std::string> PlatformHosts(const std::string& platform_ip) {
  return {Cat("flyte-sandbox-grpc.flyte:", platform_ip), Cat("flyte-sandbox-minio.flyte:", platform_ip)};
}

docker::ContainerConfig ConfigOf(const PodSpec& pod, const ContainerSpec& container, const PodSettings& settings) {
  docker::ContainerConfig config;
  const std::map<std::string, std::string> env = ResolveEnv(container, pod.secret_values);
  config.name = settings.container_name;
  config.image = container.image;
  config.entrypoint = ExpandAll(container.command, env);
  config.cmd = ExpandAll(container.args, env);
  for (const auto& [name, value] : env) config.env.push_back(name + "=" + value);
  config.labels = LabelsOf(pod, container, settings);
  config.hostname = pod.name.substr(0, kHostnameMax);
  while (!config.hostname.empty() && config.hostname.back() == '-') config.hostname.pop_back();
  config.working_dir = container.working_dir;
  config.user = container.user;
  config.network_mode = settings.network_mode;
  const bool shares_network = settings.network_mode.starts_with("container:");
  if (!shares_network) config.extra_hosts = PlatformHosts(settings.platform_ip);
  if (!settings.termination_file.empty()) config.binds.push_back({settings.termination_file, container.message_path});
  for (const auto& [name, address] : pod.hosts) {
    if (!shares_network) config.extra_hosts.push_back(Cat(name, ":", address));
  }
  AddVolumes(pod, container, settings, config);
  if (settings.engine_cpu_millis == 0 || container.cpu_quota_millis <= settings.engine_cpu_millis)
    config.nano_cpus = container.cpu_quota_millis * 1'000'000;
  if (container.cpu_request_millis > 0)
    config.cpu_shares = std::max(kSharesMin, container.cpu_request_millis * kSharesPerCpu / 1000);
  config.memory_bytes = container.memory_limit_bytes;
  config.shm_bytes = container.shm_size_bytes;
  config.gpus = container.gpus;
  config.restarts = container.role == ContainerRole::kSidecar;
  return config;
}

}  // namespace sandbox::runner
