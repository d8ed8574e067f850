#include "api/kube/machine_objects.h"

#include <algorithm>

#include "api/kube/pod_object.h"
#include "api/kube/words.h"

namespace sandbox::kube {

using nlohmann::json;

namespace {

constexpr int64_t kPodsMax = 110;

json Resources(const MachineFacts& machine) {
  json out = {{"pods", std::to_string(kPodsMax)}};
  if (machine.cpu_millis != 0) out["cpu"] = model::CpuText(machine.cpu_millis);
  if (machine.memory_bytes != 0) out["memory"] = BytesText(machine.memory_bytes);
  return out;
}

json UsageJson(int64_t cpu_millis, int64_t memory_bytes) {
  return {{"cpu", Cat(cpu_millis, "m")}, {"memory", BytesText(memory_bytes)}};
}

}  // namespace

Object NamespaceObject(const std::string& name, Instant created, Instant now) {
  Object out;
  out.labels = {{"kubernetes.io/metadata.name", name}};
  out.body = {{"apiVersion", "v1"},
              {"kind", "Namespace"},
              {"metadata", Metadata("", name, created, out.labels)},
              {"spec", {{"finalizers", json::array({"kubernetes"})}}},
              {"status", {{"phase", "Active"}}}};
  out.cells = {name, "Active", AgeText(created, now)};
  out.fields = {{"metadata.name", name}, {"name", name}, {"status.phase", "Active"}};
  return out;
}

Object NodeObject(const MachineFacts& machine, Instant now) {
  const std::string name(kNode);
  const bool ready = machine.trouble.empty();
  Object out;
  out.labels = {
      {"kubernetes.io/hostname", name}, {"kubernetes.io/os", "linux"}, {"kubernetes.io/arch", machine.architecture}};
  json condition = {{"type", "Ready"},
                    {"status", ready ? "True" : "False"},
                    {"lastHeartbeatTime", TimeJson(now)},
                    {"lastTransitionTime", TimeJson(machine.started_at)},
                    {"reason", ready ? "KubeletReady" : "KubeletNotReady"},
                    {"message", ready ? Cat("the Docker Engine at ", machine.engine, " answers") : machine.trouble}};
  json info = {{"machineID", ""},
               {"systemUUID", ""},
               {"bootID", ""},
               {"kernelVersion", machine.kernel},
               {"osImage", "Flyte sandbox"},
               {"containerRuntimeVersion", "docker://"},
               {"kubeletVersion", machine.version},
               {"kubeProxyVersion", machine.version},
               {"operatingSystem", "linux"},
               {"architecture", machine.architecture}};
  json host = {{"type", "Hostname"}, {"address", name}}, inside = {{"type", "InternalIP"}, {"address", kNodeAddress}};
  out.body = {{"apiVersion", "v1"},
              {"kind", "Node"},
              {"metadata", Metadata("", name, machine.started_at, out.labels)},
              {"spec", json::object()},
              {"status",
               {{"capacity", Resources(machine)},
                {"allocatable", Resources(machine)},
                {"conditions", json::array({std::move(condition)})},
                {"addresses", json::array({std::move(inside), std::move(host)})},
                {"nodeInfo", std::move(info)}}}};
  out.cells = {name,
               ready ? "Ready" : "NotReady",
               "<none>",
               AgeText(machine.started_at, now),
               machine.version,
               std::string(kNodeAddress),
               "<none>",
               "Flyte sandbox",
               machine.kernel,
               "docker"};
  out.fields = {{"metadata.name", name}, {"spec.unschedulable", "false"}};
  return out;
}

Object SecretObject(const std::string& where, const std::string& group, const std::vector<StoredSecret>& keys,
                    Instant now) {
  Instant set_at{};
  json data = json::object();
  for (const StoredSecret& key : keys) {
    set_at = std::max(set_at, key.set_at);
    data[key.name.key] = "";
  }
  Object out;
  const Fields notes = {{"sandbox/values", "kept encrypted and never given out; a task gets them"}};
  out.body = {{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"metadata", Metadata(where, group, set_at, {}, notes)},
              {"type", "Opaque"},
              {"data", std::move(data)}};
  out.cells = {group, "Opaque", keys.size(), AgeText(set_at, now)};
  out.fields = {{"metadata.name", group}, {"metadata.namespace", where}, {"type", "Opaque"}};
  return out;
}

std::optional<Used> LastUse(const model::TaskRecord& task, const std::vector<model::UsageSample>& samples) {
  if (samples.empty()) return std::nullopt;
  const model::UsageSample& last = samples.back();
  const uint32_t before = samples.size() > 1 ? samples[samples.size() - 2].at_ms : 0;
  return Used{StartOf(task) + std::chrono::milliseconds(last.at_ms),
              std::chrono::milliseconds(last.at_ms - std::min(before, last.at_ms)), last.cpu_millis,
              static_cast<int64_t>(last.memory_bytes)};
}

Object PodMetricsObject(const model::TaskRecord& task, const Used& used, Fields labels) {
  const std::string where = task.id.node.execution.Namespace();
  Object out;
  json container = {{"name", PrimaryOf(task)}, {"usage", UsageJson(used.cpu_millis, used.memory_bytes)}};
  const std::string window = FormatGoDuration(used.window);
  out.body = {{"apiVersion", "metrics.k8s.io/v1beta1"},
              {"kind", "PodMetrics"},
              {"metadata", Metadata(where, task.generated_name, used.at, labels)},
              {"timestamp", TimeJson(used.at)},
              {"window", window},
              {"containers", json::array({std::move(container)})}};
  out.cells = {task.generated_name, Cat(used.cpu_millis, "m"), BytesText(used.memory_bytes), window};
  out.labels = std::move(labels);
  out.fields = {{"metadata.name", task.generated_name}, {"metadata.namespace", where}};
  return out;
}

Object NodeMetricsObject(const std::vector<Used>& pods, Instant now) {
  Used all;
  all.at = now;
  for (const Used& used : pods) {
    all.cpu_millis += used.cpu_millis;
    all.memory_bytes += used.memory_bytes;
    all.window = std::max(all.window, used.window);
  }
  Object out;
  const std::string name(kNode), window = FormatGoDuration(all.window);
  out.body = {{"apiVersion", "metrics.k8s.io/v1beta1"},
              {"kind", "NodeMetrics"},
              {"metadata", Metadata("", name, now)},
              {"timestamp", TimeJson(now)},
              {"window", window},
              {"usage", UsageJson(all.cpu_millis, all.memory_bytes)}};
  out.cells = {name, Cat(all.cpu_millis, "m"), BytesText(all.memory_bytes), window};
  out.fields = {{"metadata.name", name}};
  return out;
}

}  // namespace sandbox::kube
