#include "api/kube/pod_object.h"

#include <algorithm>

#include "api/kube/words.h"
#include "sandbox/engine/run.h"

namespace sandbox::kube {

using model::ContainerRole;
using nlohmann::json;

namespace {

bool HasStarted(const model::TaskRecord& task) { return StartOf(task) != Instant{}; }

bool IsStopping(const model::TaskRecord& task) {
  return task.pod_status == "Terminating" && task.pod_finished_at == Instant{};
}

json Amounts(int64_t cpu_millis, int64_t memory_bytes, uint32_t gpus) {
  json out = json::object();
  if (cpu_millis != 0) out["cpu"] = model::CpuText(cpu_millis);
  if (memory_bytes != 0) out["memory"] = BytesText(memory_bytes);
  if (gpus != 0) out["nvidia.com/gpu"] = std::to_string(gpus);
  return out;
}

json ContainerJson(const model::PodContainer& container) {
  json resources = json::object();
  if (json requests = Amounts(container.cpu_request_millis, container.memory_request_bytes, container.gpus);
      !requests.empty())
    resources["requests"] = std::move(requests);
  if (json limits = Amounts(container.cpu_limit_millis, container.memory_limit_bytes, container.gpus); !limits.empty())
    resources["limits"] = std::move(limits);
  json out = {{"name", container.name},
              {"image", container.image},
              {"imagePullPolicy", "IfNotPresent"},
              {"resources", std::move(resources)},
              {"terminationMessagePath", "/dev/termination-log"},
              {"terminationMessagePolicy", "FallbackToLogsOnError"}};
  if (!container.command.empty()) out["command"] = container.command;
  if (!container.args.empty()) out["args"] = container.args;
  if (container.role == ContainerRole::kSidecar) out["restartPolicy"] = "Always";
  // Values of the environment are not kept.
  for (const std::string& name : container.env_names) out["env"].push_back({{"name", name}, {"value", ""}});
  return out;
}

json EndJson(const model::ContainerEnd& end, const std::string& container_id) {
  json out = {{"exitCode", end.exit_code},
              {"reason", NameOf(end.reason)},
              {"startedAt", TimeJson(end.started_at)},
              {"finishedAt", TimeJson(end.finished_at)}};
  if (!end.message.empty()) out["message"] = end.message;
  if (!container_id.empty()) out["containerID"] = container_id;
  return {{"terminated", std::move(out)}};
}

json WaitingJson(const model::TaskRecord& task, bool before_others) {
  const model::WaitWords words = WordsOf(task.pod.wait);
  json out = {{"reason", before_others          ? "PodInitializing"
                         : words.status.empty() ? "ContainerCreating"
                                                : words.status}};
  if (!words.message.empty()) out["message"] = words.sentence;
  return {{"waiting", std::move(out)}};
}

json StateJson(const model::TaskRecord& task, const model::PodContainer& container, const std::string& container_id) {
  const auto& ends = task.pod.ends;
  const auto end = std::ranges::find(ends, container.name, &model::ContainerEnd::name);
  if (end != ends.end()) return EndJson(*end, container_id);
  if (IsOver(task)) {
    // Its end was not seen, or was of no matter beside the primary's.
    return {{"terminated",
             {{"exitCode", task.exit_code.value_or(137)},
              {"reason", task.pod_status == "Completed" ? "Completed" : "ContainerStatusUnknown"},
              {"startedAt", TimeJson(StartOf(task))},
              {"finishedAt", TimeJson(task.pod_finished_at == Instant{} ? task.updated_at : task.pod_finished_at)},
              {"message", task.pod_reason}}}};
  }
  if (HasStarted(task) || task.pod_status == "Running") return {{"running", {{"startedAt", TimeJson(StartOf(task))}}}};
  return WaitingJson(task, false);
}

json StatusesJson(const model::TaskRecord& task, bool init) {
  json out = json::array();
  if (!task.pod.definition) return out;
  const auto& containers = task.pod.definition->containers;
  for (size_t i = 0; i < containers.size(); ++i) {
    const model::PodContainer& container = containers[i];
    if ((container.role != ContainerRole::kApp) != init) continue;
    const bool primary = i == task.pod.definition->primary;
    const model::PodFacts& facts = task.pod.facts;
    const std::string id = primary && !facts.container_id.empty() ? Cat("docker://", facts.container_id) : "";
    json state = StateJson(task, container, id);
    const bool runs = state.contains("running");
    const bool done = init && state.contains("terminated");
    out.push_back({{"name", container.name},
                   {"image", container.image},
                   {"imageID", primary && !facts.image_id.empty() ? Cat("docker://", facts.image_id) : ""},
                   {"containerID", id},
                   {"ready", runs || done},
                   {"started", runs},
                   {"restartCount", 0},
                   {"lastState", json::object()},
                   {"state", std::move(state)}});
  }
  return out;
}

json Condition(const char* type, bool holds, Instant since, std::string_view reason, const std::string& message) {
  json out = {{"type", type},
              {"status", holds ? "True" : "False"},
              {"lastProbeTime", nullptr},
              {"lastTransitionTime", TimeJson(since)}};
  if (!holds && !reason.empty()) out["reason"] = reason;
  if (!holds && !message.empty()) out["message"] = message;
  return out;
}

json ConditionsJson(const model::TaskRecord& task) {
  const model::PodInstants& at = task.pod.facts.at;
  const bool over = IsOver(task), runs = !over && task.pod_status == "Running";
  const bool placed = at.admitted != Instant{} || HasStarted(task) || runs;
  const std::string_view why =
      over ? task.pod_status == "Completed" ? "PodCompleted" : "PodFailed" : "ContainersNotReady";
  const std::string message = over ? "" : task.pod_reason;
  const Instant ready = over ? task.pod_finished_at : runs ? StartOf(task) : task.created_at;
  return {Condition("Initialized", placed, placed && at.admitted != Instant{} ? at.admitted : task.created_at,
                    "ContainersNotInitialized", message),
          Condition("Ready", runs, ready, why, message), Condition("ContainersReady", runs, ready, why, message),
          Condition("PodScheduled", placed, placed && at.admitted != Instant{} ? at.admitted : task.created_at,
                    "Unschedulable", message)};
}

std::string_view QosOf(const model::PodDefinition& definition) {
  bool any = false, equal = true;
  for (const model::PodContainer& c : definition.containers) {
    any |= c.cpu_request_millis + c.cpu_limit_millis + c.memory_request_bytes + c.memory_limit_bytes != 0;
    equal &= c.cpu_limit_millis != 0 && c.memory_limit_bytes != 0 && c.cpu_request_millis == c.cpu_limit_millis &&
             c.memory_request_bytes == c.memory_limit_bytes;
  }
  return !any ? "BestEffort" : equal ? "Guaranteed" : "Burstable";
}

json SpecJson(const model::TaskRecord& task, bool placed) {
  json out = {{"restartPolicy", "Never"},        {"terminationGracePeriodSeconds", 30},
              {"dnsPolicy", "ClusterFirst"},     {"schedulerName", "default-scheduler"},
              {"serviceAccountName", "default"}, {"containers", json::array()}};
  if (placed) out["nodeName"] = kNode;
  if (!task.pod.definition) return out;
  for (const model::PodContainer& container : task.pod.definition->containers)
    out[container.role == ContainerRole::kApp ? "containers" : "initContainers"].push_back(ContainerJson(container));
  return out;
}

}  // namespace

Marks MarksOf(const model::ExecutionRecord& execution) {
  Marks out;
  out.labels.insert(execution.settings.labels.begin(), execution.settings.labels.end());
  out.annotations.insert(execution.settings.annotations.begin(), execution.settings.annotations.end());
  out.labels.try_emplace("domain", execution.id.domain);
  out.labels.try_emplace("execution-id", execution.id.name);
  out.labels.try_emplace("project", execution.id.project);
  out.labels.try_emplace("workflow-name", engine::LabelValue(execution.workflow.name));
  return out;
}

Instant StartOf(const model::TaskRecord& task) {
  return task.pod.facts.at.started != Instant{} ? task.pod.facts.at.started : task.started_at;
}

bool IsOver(const model::TaskRecord& task) {
  return task.pod_finished_at != Instant{} || (IsTerminal(task.phase) && !IsStopping(task));
}

std::string_view PhaseOf(const model::TaskRecord& task) {
  if (IsOver(task)) return task.pod_status == "Completed" ? "Succeeded" : "Failed";
  return HasStarted(task) || task.pod_status == "Running" ? "Running" : "Pending";
}

std::string PrimaryOf(const model::TaskRecord& task) {
  const auto& definition = task.pod.definition;
  return definition && definition->primary < definition->containers.size()
             ? definition->containers[definition->primary].name
             : task.generated_name;
}

Object PodObject(const PodView& pod, Instant now) {
  const model::TaskRecord& task = pod.task;
  const std::string where = task.id.node.execution.Namespace();
  Object out;
  out.labels = pod.marks.labels;
  out.labels["interruptible"] = task.interruptible ? "true" : "false";
  out.labels["node-id"] = task.id.node.node;
  out.labels["task-name"] = engine::LabelValue(task.task.name);
  Fields annotations = pod.marks.annotations;
  for (const char* who : {"kubectl.kubernetes.io/default-container", "kubectl.kubernetes.io/default-logs-container"})
    annotations.try_emplace(who, PrimaryOf(task));
  json metadata = Metadata(where, task.generated_name, task.created_at, out.labels, annotations);
  const bool stopping = pod.deleted_at != Instant{} || IsStopping(task);
  if (stopping) {
    metadata["deletionTimestamp"] = TimeJson(pod.deleted_at != Instant{} ? pod.deleted_at : task.updated_at);
    metadata["deletionGracePeriodSeconds"] = 30;
  }
  const model::PodInstants& at = task.pod.facts.at;
  const bool placed = at.admitted != Instant{} || HasStarted(task);
  const std::string phase(PhaseOf(task));
  json status = {{"phase", phase},
                 {"conditions", ConditionsJson(task)},
                 {"containerStatuses", StatusesJson(task, false)},
                 {"startTime", TimeJson(at.admitted != Instant{} ? at.admitted : StartOf(task))}};
  if (json init = StatusesJson(task, true); !init.empty()) status["initContainerStatuses"] = std::move(init);
  if (task.pod.definition) status["qosClass"] = QosOf(*task.pod.definition);
  if (placed) status["hostIP"] = kNodeAddress;
  if (task.pod_status == "DeadlineExceeded") status["reason"] = task.pod_status;
  out.body = {{"apiVersion", "v1"},
              {"kind", "Pod"},
              {"metadata", std::move(metadata)},
              {"spec", SpecJson(task, placed)},
              {"status", std::move(status)}};
  out.cells = {task.generated_name,
               Cat(task.containers_ready, "/", task.containers_total),
               stopping ? "Terminating" : task.pod_status,
               "0",
               AgeText(task.created_at, now),
               "<none>",
               placed ? std::string(kNode) : "<none>",
               "<none>",
               "<none>"};
  out.fields = {{"metadata.name", task.generated_name},
                {"metadata.namespace", where},
                {"spec.nodeName", placed ? std::string(kNode) : ""},
                {"spec.restartPolicy", "Never"},
                {"spec.schedulerName", "default-scheduler"},
                {"spec.serviceAccountName", "default"},
                {"status.phase", phase}};
  return out;
}

}  // namespace sandbox::kube
