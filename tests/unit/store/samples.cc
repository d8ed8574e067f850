#include "unit/store/samples.h"

#include "sandbox/base/error.h"

namespace sandbox::store::samples {
namespace {

const std::string kBytes("\0\xff bytes", 8);

model::ExecutionError SomeError() {
  return {"USER:Value", "boom", "s3://bucket/error.pb", model::ErrorKind::kUser, At(9), "worker-1"};
}

class Printer {
 public:
  template <typename... T>
  Printer& Add(const T&... values) {
    (Put(values), ...);
    return *this;
  }
  std::string out;

 private:
  void Put(const std::string& v) { out += Cat("'", v, "' "); }
  void Put(int64_t v) { out += Cat(v, " "); }
  void Put(Instant v) { Put(int64_t{v.time_since_epoch().count()}); }
  void Put(Duration v) { Put(int64_t{v.count()}); }
  void Put(const EntityId& v) { Add(static_cast<int64_t>(v.kind), v.project, v.domain, v.name, v.version); }
  void Put(const ExecutionId& v) { Add(v.project, v.domain, v.name); }
  void Put(const NodeExecutionId& v) { Add(v.execution, v.node); }
  void Put(const model::ExecutionError& v) {
    Add(v.code, v.message, v.error_uri, static_cast<int64_t>(v.kind), v.timestamp, v.worker);
  }
  void Put(const model::Reason& v) { Add(v.occurred_at, v.message); }
  void Put(const model::TaskLog& v) { Add(v.uri, v.name); }
  void Put(const std::pair<const std::string, std::string>& v) { Add(v.first, v.second); }
  void Put(const std::pair<std::string, std::string>& v) { Add(v.first, v.second); }
  template <typename T>
  void Put(const std::optional<T>& v) {
    v ? Put(*v) : Put(std::string("none"));
  }
  template <typename T>
  void Put(const std::vector<T>& list) {
    for (const T& v : list) Put(v);
  }
  void Put(const std::map<std::string, std::string>& map) {
    for (const auto& v : map) Put(v);
  }
  void Put(const model::RunSettings& v) {
    Add(v.labels, v.annotations, v.envs, v.overwrite_cache, v.raw_output_prefix, int64_t{v.max_parallelism},
        v.resource_defaults, v.resource_limits);
    if (v.interruptible) Put(int64_t{*v.interruptible});
  }
};

}  // namespace

model::EntityRecord Entity(EntityId id) {
  model::EntityRecord r;
  r.id = std::move(id);
  r.digest = kBytes;
  r.spec = "spec" + kBytes;
  r.closure = "closure" + kBytes;
  r.typed_interface = "interface";
  r.short_description = "about " + r.id.name;
  r.type = "python-task";
  r.schedule_type = "NONE";
  r.workflow = Id(EntityKind::kWorkflow, "wf");
  r.created_at = At(1);
  r.updated_at = At(2);
  return r;
}

model::ExecutionRecord Execution(std::string name) {
  model::ExecutionRecord r;
  r.id = RunId(std::move(name));
  r.spec = "spec" + kBytes;
  r.launch_plan = Id(EntityKind::kLaunchPlan, "lp");
  r.workflow = Id(EntityKind::kWorkflow, "wf");
  r.notifications = "notifications";
  r.inputs = "inputs";
  r.user_inputs = "user inputs";
  r.settings.labels = {{"a", "b"}, {"c", ""}};
  r.settings.annotations = {{"note", "text"}};
  r.settings.envs = {{"X", "1"}, {"X", "2"}};
  r.settings.interruptible = false;
  r.settings.overwrite_cache = true;
  r.settings.raw_output_prefix = "s3://other";
  r.settings.max_parallelism = 7;
  r.settings.resource_defaults = {{"cpu", "500m"}};
  r.settings.resource_limits = {{"memory", "1Gi"}};
  r.mode = 3;
  r.reference = RunId("before");
  r.parent_node = NodeExecutionId{RunId("above"), "n3"};
  r.tags = {{"team", "red"}, {"t1", ""}};
  r.cluster = "local";
  r.user = "someone";
  r.created_at = At(10);
  r.phase = model::ExecutionPhase::kRunning;
  r.error = SomeError();
  r.output_uri = "s3://bucket/outputs.pb";
  r.abort_requested = true;
  r.abort_cause = "why";
  r.updated_at = At(11);
  r.started_at = At(12);
  r.duration = std::chrono::milliseconds(2500);
  r.state_principal = "archiver";
  return r;
}

model::NodeRecord Node(const std::string& execution, std::string node) {
  model::NodeRecord r;
  r.id = {RunId(execution), std::move(node)};
  r.spec_node_id = "spec";
  r.name = "shown";
  r.parent = "n9";
  r.retry_group = "1";
  r.phase = model::NodePhase::kDynamicRunning;
  r.created_at = At(20);
  r.updated_at = At(21);
  r.started_at = At(22);
  r.duration = std::chrono::seconds(3);
  r.input_uri = "in";
  r.output_uri = "out";
  r.deck_uri = "deck";
  r.error = SomeError();
  r.is_parent = r.is_dynamic = r.is_array = r.has_task_metadata = true;
  r.checkpoint_uri = "checkpoint";
  r.cache_status = 2;
  r.catalog_key = kBytes;
  r.child_execution = RunId("child");
  r.dynamic_job_spec_uri = "futures";
  r.dynamic_workflow = "dynamic";
  r.attempts = 2;
  r.system_failures = 1;
  r.queued_at = At(23);
  r.attempt_started_at = At(24);
  r.state = model::BranchState{std::string(300, 'e')};
  r.wait = model::NodeWait::kInside;
  r.admission = model::Admission::kWaits;
  return r;
}

namespace {

model::PodRecord Pod() {
  model::PodRecord r;
  auto definition = std::make_shared<model::PodDefinition>();
  definition->containers.push_back(
      {"main", "image:v1", {"sh"}, {"-c", ""}, {"A", "B"}, 500, 1000, 1 << 20, int64_t{1} << 40, 2});
  definition->containers.push_back({.name = "side", .role = model::ContainerRole::kSidecar});
  definition->primary = 1;
  definition->cut = true;
  r.definition = std::move(definition);
  r.wait.code = model::PodWait::kImageMissing;
  r.wait.since = At(36);
  r.wait.shortages = {{"memory", 4, 2, 8}, {"cpu", 1, 0, 2}};
  r.wait.ahead = {{RunId("other"), "n7"}};
  r.wait.ahead_count = 9;
  r.wait.image = "image:v1";
  r.wait.bytes = 5;
  r.wait.bytes_total = 6;
  r.wait.error = "not found";
  r.wait.tried = 3;
  r.wait.next_try_at = At(37);
  r.ends = {{"main", 137, model::EndReason::kOomKilled, "killed", At(38), At(39)}};
  r.facts.at = {At(40), At(41), At(42), At(43), At(44), At(45)};
  r.facts.image_id = "sha256:1";
  r.facts.container_id = "c1";
  r.facts.peak_memory_bytes = int64_t{1} << 33;
  r.facts.cpu_mean_millis = 0;
  r.facts.oom_killed = true;
  return r;
}

}  // namespace

model::TaskRecord Task(const std::string& execution, std::string node, uint32_t attempt) {
  model::TaskRecord r;
  r.id = {{RunId(execution), std::move(node)}, attempt};
  r.task = Id(EntityKind::kTask, "task");
  r.task_type = "python-task";
  r.phase = model::TaskPhase::kWaitingForResources;
  r.phase_version = 4;
  r.created_at = At(30);
  r.updated_at = At(31);
  r.started_at = At(32);
  r.duration = Duration(1);
  r.input_uri = "in";
  r.output_uri = "out";
  r.error = SomeError();
  r.reasons = {{At(33), "queued"}, {At(34), ""}};
  r.logs = {{"http://log", "Log"}};
  r.generated_name = "ex-n0-0";
  r.plugin_identifier = "container";
  r.interruptible = true;
  r.external_resources = kBytes;
  r.custom_info = "info";
  r.job = std::string("a job\0", 6);
  r.pod_status = "Running";
  r.pod_reason = "because";
  r.containers_ready = 1;
  r.containers_total = 2;
  r.exit_code = -9;
  r.pod_finished_at = At(35);
  r.pod = Pod();
  return r;
}

namespace {

std::string StateText(const model::NodeState& state) {
  if (const auto* task = std::get_if<model::TaskState>(&state)) return FormatRfc3339(task->unobtainable_since);
  if (const auto* branch = std::get_if<model::BranchState>(&state)) return branch->choice;
  if (const auto* array = std::get_if<model::ArrayState>(&state)) return std::to_string(array->items);
  return "";
}

}  // namespace

std::string Print(const model::EntityRecord& r) {
  return Printer()
      .Add(r.id, r.digest, r.spec, r.closure, r.typed_interface, r.short_description, r.type, int64_t{r.state},
           r.schedule_type, r.workflow, r.created_at, r.updated_at)
      .out;
}

std::string Print(const model::ExecutionRecord& r) {
  return Printer()
      .Add(r.id, r.spec, r.launch_plan, r.workflow, r.task, r.notifications, r.inputs, r.user_inputs, r.settings,
           int64_t{r.mode}, r.reference, r.parent_node, r.tags, r.cluster, r.user, r.created_at,
           static_cast<int64_t>(r.phase), r.error, r.output_uri, r.abort_requested, r.abort_cause, r.updated_at,
           r.started_at, r.duration, int64_t{r.state}, r.state_changed_at, r.state_principal)
      .out;
}

std::string Print(const model::NodeRecord& r) {
  return Printer()
      .Add(r.id, r.spec_node_id, r.name, r.parent, r.retry_group, static_cast<int64_t>(r.phase), r.created_at,
           r.updated_at, r.started_at, r.duration, r.input_uri, r.output_uri, r.deck_uri, r.error, r.is_parent,
           r.is_dynamic, r.is_array, r.has_task_metadata, r.checkpoint_uri, int64_t{r.cache_status}, r.catalog_key,
           r.child_execution, r.dynamic_job_spec_uri, r.dynamic_workflow, int64_t{r.attempts},
           int64_t{r.system_failures}, r.queued_at, r.attempt_started_at, StateText(r.state),
           static_cast<int64_t>(r.wait), static_cast<int64_t>(r.admission))
      .out;
}

namespace {

std::string Print(const model::PodRecord& r) {
  Printer printer;
  if (r.definition) {
    for (const model::PodContainer& each : r.definition->containers) {
      printer.Add(each.name, each.image, each.cpu_request_millis, each.cpu_limit_millis, each.memory_request_bytes,
                  each.memory_limit_bytes, int64_t{each.gpus}, static_cast<int64_t>(each.role), each.cpu_quota_millis);
      for (const auto* list : {&each.command, &each.args, &each.env_names}) {
        for (const std::string& text : *list) printer.Add(text);
      }
    }
    printer.Add(int64_t{r.definition->primary}, r.definition->cut);
  }
  for (const model::Shortage& each : r.wait.shortages) printer.Add(each.resource, each.needs, each.free, each.total);
  for (const NodeExecutionId& each : r.wait.ahead) printer.Add(each);
  printer.Add(static_cast<int64_t>(r.wait.code), r.wait.since, int64_t{r.wait.ahead_count}, r.wait.image, r.wait.bytes,
              r.wait.bytes_total, r.wait.error, int64_t{r.wait.tried}, r.wait.next_try_at);
  for (const model::ContainerEnd& each : r.ends)
    printer.Add(each.name, int64_t{each.exit_code}, static_cast<int64_t>(each.reason), each.message, each.started_at,
                each.finished_at);
  const model::PodInstants& at = r.facts.at;
  printer.Add(at.created, at.admitted, at.pull_started, at.pull_ended, at.started, at.ended, r.facts.image_id,
              r.facts.container_id, r.facts.peak_memory_bytes, r.facts.cpu_mean_millis.value_or(-1),
              r.facts.oom_killed);
  return printer.out;
}

}  // namespace

std::string Print(const model::TaskRecord& r) {
  Printer printer;
  printer.Add(r.id.node, int64_t{r.id.attempt}, r.task, r.task_type, static_cast<int64_t>(r.phase),
              int64_t{r.phase_version}, r.created_at, r.updated_at, r.started_at, r.duration, r.input_uri, r.output_uri,
              r.error, r.reasons, r.logs, r.generated_name, r.plugin_identifier, r.interruptible, r.external_resources,
              r.custom_info, r.job.value_or("-"), r.pod_status, r.pod_reason, int64_t{r.containers_ready},
              int64_t{r.containers_total}, r.pod_finished_at);
  if (r.exit_code) printer.Add(int64_t{*r.exit_code});
  return printer.out + Print(r.pod);
}

}  // namespace sandbox::store::samples
