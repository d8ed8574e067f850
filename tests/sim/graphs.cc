#include "graphs.h"

#include <algorithm>

#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "kinds.h"

namespace sandbox::sim {
namespace {

namespace core = flyteidl::core;

std::string Name(uint32_t i) { return "n" + std::to_string(i); }

core::TaskTemplate MakeTask(int64_t cpu_millis) {
  core::TaskTemplate task;
  task.mutable_id()->set_resource_type(core::TASK);
  task.mutable_id()->set_project("p");
  task.mutable_id()->set_domain("d");
  task.mutable_id()->set_name("task");
  task.mutable_id()->set_version("v1");
  task.set_type("python-task");
  (*task.mutable_interface()->mutable_inputs()->mutable_variables())["x"].mutable_type()->set_simple(core::INTEGER);
  (*task.mutable_interface()->mutable_outputs()->mutable_variables())["o0"].mutable_type()->set_simple(core::INTEGER);
  task.mutable_container()->set_image("image:v1");
  task.mutable_container()->add_args("{{.outputPrefix}}");
  task.mutable_container()->add_args("{{.input}}");
  auto& request = *task.mutable_container()->mutable_resources()->add_requests();
  request.set_name(core::Resources::CPU);
  request.set_value(std::to_string(cpu_millis) + "m");
  return task;
}

void Bind(core::Node& node, const std::string& variable, const std::string& from, const std::string& output) {
  core::Binding* binding = node.add_inputs();
  binding->set_var(variable);
  binding->mutable_binding()->mutable_promise()->set_node_id(from);
  binding->mutable_binding()->mutable_promise()->set_var(output);
}

void Connect(core::ConnectionSet& connections, const std::string& from, const std::string& to) {
  (*connections.mutable_upstream())[to].add_ids(from);
  (*connections.mutable_downstream())[from].add_ids(to);
}

// The workflow's outputs are those of its last nodes.
void ReturnOutputs(core::CompiledWorkflow& workflow) {
  const auto upstream = workflow.connections().upstream().find("end-node");
  core::Node* end = nullptr;
  for (core::Node& node : *workflow.mutable_template_()->mutable_nodes()) {
    if (node.id() == "end-node") end = &node;
  }
  if (upstream == workflow.connections().upstream().end()) return;
  for (const std::string& last : upstream->second.ids()) {
    if (last != "start-node") Bind(*end, last, last, "o0");
  }
}

}  // namespace

executor::LaunchRequest SimGraph::Launch(const ExecutionId& id, Instant now) const {
  executor::LaunchRequest out;
  out.record.id = id;
  out.record.workflow = entity.id;
  out.record.launch_plan = {EntityKind::kLaunchPlan, "p", "d", kWorkflow, "v1"};
  core::LiteralMap inputs;
  (*inputs.mutable_literals())["x"].mutable_scalar()->mutable_primitive()->set_integer(1);
  out.record.inputs = out.record.user_inputs = inputs.SerializeAsString();
  out.record.settings.max_parallelism = max_parallelism;
  out.record.settings.overwrite_cache = overwrite;
  out.record.created_at = out.record.updated_at = now;
  out.plan = *engine::Plan::Build(closure);
  return out;
}

SimGraph BuildSimGraph(const std::vector<std::vector<uint32_t>>& edges, const GraphOptions& options) {
  SimGraph out;
  out.retries = options.retries;
  out.timeout_s = options.timeout_s;
  auto closure = std::make_shared<core::CompiledWorkflowClosure>();
  core::TaskTemplate task = MakeTask(options.cpu_millis);
  task.mutable_metadata()->set_discoverable(options.cached);
  task.mutable_metadata()->set_cache_serializable(options.serialized);
  if (options.cached) task.mutable_metadata()->set_discovery_version("1.0");
  *closure->add_tasks()->mutable_template_() = task;
  core::WorkflowTemplate& workflow = *closure->mutable_primary()->mutable_template_();
  core::ConnectionSet& connections = *closure->mutable_primary()->mutable_connections();
  *workflow.mutable_id() = task.id();
  workflow.mutable_id()->set_resource_type(core::WORKFLOW);
  workflow.mutable_id()->set_name(kWorkflow);
  if (options.fail_late)
    workflow.mutable_metadata()->set_on_failure(core::WorkflowMetadata::FAIL_AFTER_EXECUTABLE_NODES_COMPLETE);
  workflow.add_nodes()->set_id("start-node");
  workflow.add_nodes()->set_id("end-node");
  std::vector<bool> has_downstream(edges.size());
  for (uint32_t i = 0; i < edges.size(); ++i) {
    core::Node& node = *workflow.add_nodes();
    node.set_id(Name(i));
    *node.mutable_task_node()->mutable_reference_id() = task.id();
    node.mutable_metadata()->mutable_retries()->set_retries(options.retries);
    if (options.timeout_s != 0) node.mutable_metadata()->mutable_timeout()->set_seconds(options.timeout_s);
    std::vector<std::string>& upstream = out.upstream[Name(i)];
    for (uint32_t from : edges[i]) {
      upstream.push_back(Name(from));
      has_downstream[from] = true;
      Connect(connections, Name(from), Name(i));
    }
    if (edges[i].empty()) {
      Bind(node, "x", "start-node", "x");
      Connect(connections, "start-node", Name(i));
    } else {
      Bind(node, "x", Name(edges[i][0]), "o0");
    }
  }
  for (uint32_t i = 0; i < edges.size(); ++i) {
    if (!has_downstream[i]) Connect(connections, Name(i), "end-node");
  }
  if (edges.empty()) Connect(connections, "start-node", "end-node");
  out.entity.id = {EntityKind::kWorkflow, "p", "d", kWorkflow, "v1"};
  out.entity.closure = closure->SerializeAsString();
  out.closure = std::move(closure);
  return out;
}

SimGraph MakeGraph(std::mt19937_64& random) {
  const uint32_t size = random() % 9;
  std::vector<std::vector<uint32_t>> edges(size);
  for (uint32_t i = 1; i < size; ++i) {
    for (uint32_t from = 0; from < i; ++from) {
      if (random() % 3 == 0) edges[i].push_back(from);
    }
  }
  // Most time-outs are far longer than anything takes, and end only what hangs.
  enum class TimeOuts { kNone, kRacing, kLong } time_outs = TimeOuts::kNone;
  if (const uint64_t dice = random() % 12; dice < 4) time_outs = dice == 0 ? TimeOuts::kRacing : TimeOuts::kLong;
  const bool plain = random() % 2 == 0;
  // What hangs stands in the way of others until its time-out comes. That must cost them nothing where every node is a
  // task; what is around tasks has a time-out that counts on meanwhile.
  const bool crowded = time_outs == TimeOuts::kLong && plain;
  const bool lonely = time_outs == TimeOuts::kLong && !crowded;
  constexpr int64_t kSeconds[] = {0, 15, 100'000};
  GraphOptions options;
  options.retries = random() % 3;
  options.timeout_s = kSeconds[static_cast<int>(time_outs)];
  options.fail_late = random() % 3 != 0;
  options.cached = !lonely && !crowded && random() % 4 == 0;
  options.serialized = options.cached && random() % 2 == 0;
  constexpr int64_t kRequests[] = {0, 300, 700, 1000, 2000};
  options.cpu_millis = lonely ? 0 : random() % 40 == 0 ? kSimCpuMillis + 1 : kRequests[random() % 5];
  SimGraph out = BuildSimGraph(edges, options);
  auto closure = std::make_shared<core::CompiledWorkflowClosure>(*out.closure);
  if (!plain) DiversifyNodes(*closure, random, out.signals);
  ReturnOutputs(*closure->mutable_primary());
  // Their pods end by another rule.
  const bool raw = random() % 4 == 0;
  for (core::CompiledTask& each : *closure->mutable_tasks()) {
    if (raw && each.template_().type() != "container_array") each.mutable_template_()->set_type("raw-container");
  }
  out.entity.closure = closure->SerializeAsString();
  out.closure = std::move(closure);
  out.cpu_millis = options.cpu_millis;
  // What the cache owes is looked at where every node is the same task.
  out.cached = options.cached && plain;
  out.serialized = options.serialized && plain;
  out.overwrite = random() % 5 == 0;
  out.racing = time_outs == TimeOuts::kRacing;
  out.crowded = crowded;
  out.scheduled = !lonely && !crowded && random() % 4 == 0;
  out.max_parallelism = lonely ? 0 : random() % 4;
  out.program.failures = random() % 3 == 0 ? 0 : random() % 400;
  out.program.hangs = lonely || crowded ? 50 + random() % 300 : 0;
  out.program.salt = random();
  return out;
}

SimGraph Nested(SimGraph graph, uint32_t levels) {
  auto closure = std::make_shared<core::CompiledWorkflowClosure>(*graph.closure);
  const core::CompiledWorkflow leaf = closure->primary();
  for (uint32_t i = 0; i < levels; ++i) {
    core::CompiledWorkflow& outer = i == 0 ? *closure->mutable_primary() : *closure->add_sub_workflows();
    outer = leaf;
    if (i > 0) outer.mutable_template_()->mutable_id()->set_name("level" + std::to_string(i));
    for (core::Node& node : *outer.mutable_template_()->mutable_nodes()) {
      if (!node.has_task_node() || i + 1 == levels) continue;
      core::Identifier inner = leaf.template_().id();
      inner.set_name("level" + std::to_string(i + 1));
      *node.mutable_workflow_node()->mutable_sub_workflow_ref() = inner;
    }
  }
  graph.entity.closure = closure->SerializeAsString();
  graph.closure = std::move(closure);
  return graph;
}

}  // namespace sandbox::sim
