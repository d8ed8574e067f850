#include "api/local/pod_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/base/error.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

int64_t UnixSeconds(Instant instant) {
  return std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count();
}

json InstantJson(Instant instant) { return instant == Instant{} ? json() : json(FormatRfc3339(instant)); }

json KnownText(const std::string& text) { return text.empty() ? json() : json(text); }

json AmountJson(int64_t amount) { return amount == 0 ? json() : json(amount); }

json ResourcesJson(int64_t cpu_millis, int64_t memory_bytes) {
  return {{"cpu_millis", AmountJson(cpu_millis)}, {"memory_bytes", AmountJson(memory_bytes)}};
}

json InstantsJson(const model::PodInstants& at) {
  return {{"created_at", InstantJson(at.created)},           {"admitted_at", InstantJson(at.admitted)},
          {"pull_started_at", InstantJson(at.pull_started)}, {"pull_ended_at", InstantJson(at.pull_ended)},
          {"started_at", InstantJson(at.started)},           {"ended_at", InstantJson(at.ended)}};
}

json EndJson(const model::ContainerEnd& end) {
  return {{"exit_code", end.exit_code},
          {"reason", NameOf(end.reason)},
          {"message", end.message},
          {"started_at", InstantJson(end.started_at)},
          {"finished_at", InstantJson(end.finished_at)}};
}

json ContainerJson(const model::PodContainer& container, const std::vector<model::ContainerEnd>& ends) {
  static constexpr const char* kRoles[] = {"app", "init", "sidecar"};
  const auto end = std::ranges::find(ends, container.name, &model::ContainerEnd::name);
  return {{"name", container.name},
          {"role", kRoles[static_cast<size_t>(container.role)]},
          {"image", container.image},
          {"command", container.command},
          {"args", container.args},
          {"env_names", container.env_names},
          {"requests", ResourcesJson(container.cpu_request_millis, container.memory_request_bytes)},
          {"limits", ResourcesJson(container.cpu_limit_millis, container.memory_limit_bytes)},
          {"cpu_quota_millis", container.cpu_quota_millis == 0 ? json() : json(container.cpu_quota_millis)},
          {"gpus", container.gpus},
          {"end", end == ends.end() ? json() : EndJson(*end)}};
}

// What ended without being asked for (the helpers of raw containers) is shown too.
json ContainersJson(const model::PodRecord& pod) {
  json out = json::array();
  const auto known = [&pod](const std::string& name) {
    if (!pod.definition) return false;
    const auto& containers = pod.definition->containers;
    return std::ranges::find(containers, name, &model::PodContainer::name) != containers.end();
  };
  for (const model::ContainerEnd& end : pod.ends) {
    if (!known(end.name)) out.push_back({{"name", end.name}, {"role", "helper"}, {"end", EndJson(end)}});
  }
  if (!pod.definition) return out;
  for (const model::PodContainer& container : pod.definition->containers)
    out.push_back(ContainerJson(container, pod.ends));
  return out;
}

}  // namespace

json WaitJson(const model::WaitReason& wait) {
  if (wait.code == model::PodWait::kNone) return nullptr;
  const model::WaitWords words = WordsOf(wait);
  json out = {{"code", NameOf(wait.code)},
              {"since", InstantJson(wait.since)},
              {"text", words.sentence},
              {"status", words.status}};
  if (!wait.shortages.empty()) {
    const model::Shortage& first = wait.shortages.front();
    out.update({{"resource", first.resource}, {"needs", first.needs}, {"free", first.free}, {"total", first.total}});
  }
  if (wait.code == model::PodWait::kResources) {
    json ahead = json::array();
    for (const NodeExecutionId& each : wait.ahead)
      ahead.push_back({{"project", each.execution.project},
                       {"domain", each.execution.domain},
                       {"execution", each.execution.name},
                       {"node", each.node}});
    out.update({{"ahead", ahead}, {"ahead_count", wait.ahead_count}});
  }
  if (!wait.image.empty()) out["reference"] = wait.image;
  if (wait.code == model::PodWait::kImagePull)
    out.update({{"bytes", wait.bytes}, {"total", AmountJson(wait.bytes_total)}});
  if (!wait.error.empty()) out["error"] = wait.error;
  if (wait.tried != 0) out["tried"] = wait.tried;
  if (wait.next_try_at != Instant{}) out["next_try_at"] = InstantJson(wait.next_try_at);
  if (const std::string command = CommandAgainst(wait); !command.empty()) out["command"] = command;
  return out;
}

json PodJson(const model::TaskRecord& task) {
  const model::PodRecord& pod = task.pod;
  json out = {
      {"name", task.generated_name},
      {"namespace", task.id.node.execution.Namespace()},
      {"ready", Cat(task.containers_ready, "/", task.containers_total)},
      {"status", task.pod_status},
      {"reason", task.pod_reason},
      {"created_at", UnixSeconds(task.created_at)},
      {"execution", task.id.node.execution.name},
      {"node", task.id.node.node},
      {"attempt", task.id.attempt},
      {"task", task.task.name},
      {"exit_code", task.exit_code ? json(*task.exit_code) : json()},
      {"wait", WaitJson(pod.wait)},
      {"image", nullptr},
      {"image_id", KnownText(pod.facts.image_id)},
      {"container_id", KnownText(pod.facts.container_id)},
      {"requests", ResourcesJson(0, 0)},
      {"limits", ResourcesJson(0, 0)},
      {"peak_memory_bytes", AmountJson(pod.facts.peak_memory_bytes)},
      {"cpu_mean_millis", pod.facts.cpu_mean_millis ? json(*pod.facts.cpu_mean_millis) : json()},
      {"oom_killed", pod.facts.oom_killed},
      {"instants", InstantsJson(pod.facts.at)},
      {"containers", ContainersJson(pod)},
  };
  if (pod.definition && pod.definition->primary < pod.definition->containers.size()) {
    const model::PodContainer& primary = pod.definition->containers[pod.definition->primary];
    out["image"] = primary.image;
    out["requests"] = ResourcesJson(primary.cpu_request_millis, primary.memory_request_bytes);
    out["limits"] = ResourcesJson(primary.cpu_limit_millis, primary.memory_limit_bytes);
  }
  return out;
}

}  // namespace sandbox::api
