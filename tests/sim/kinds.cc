#include "kinds.h"

#include <algorithm>

#include "flyteidl/core/dynamic_job.pb.h"
#include "graphs.h"

namespace sandbox::sim {
namespace {

namespace core = flyteidl::core;

constexpr const char* kMapTask = "mapped";

const core::Identifier& TaskId(const core::CompiledWorkflowClosure& closure) {
  return closure.tasks(0).template_().id();
}

core::Identifier Id(core::ResourceType type, const std::string& name) {
  core::Identifier id;
  id.set_resource_type(type);
  id.set_project("p");
  id.set_domain("d");
  id.set_name(name);
  id.set_version("v1");
  return id;
}

void BindInput(core::Node& node, const std::string& variable, const std::string& from, const std::string& output) {
  core::Binding* binding = node.add_inputs();
  binding->set_var(variable);
  binding->mutable_binding()->mutable_promise()->set_node_id(from);
  binding->mutable_binding()->mutable_promise()->set_var(output);
}

void Edge(core::ConnectionSet& connections, const std::string& from, const std::string& to) {
  (*connections.mutable_upstream())[to].add_ids(from);
  (*connections.mutable_downstream())[from].add_ids(to);
}

// start -> nap -> n0 -> end, with x in and o0 out; or, `deep`, with another sub-workflow in n0's place.
core::CompiledWorkflow SubWorkflow(const std::string& name, const core::Identifier& task, const core::Identifier* deep,
                                   bool failure_node) {
  core::CompiledWorkflow out;
  core::WorkflowTemplate& workflow = *out.mutable_template_();
  *workflow.mutable_id() = Id(core::WORKFLOW, name);
  (*workflow.mutable_interface()->mutable_inputs()->mutable_variables())["x"].mutable_type()->set_simple(core::INTEGER);
  (*workflow.mutable_interface()->mutable_outputs()->mutable_variables())["o0"].mutable_type()->set_simple(
      core::INTEGER);
  workflow.add_nodes()->set_id("start-node");
  core::Node& end = *workflow.add_nodes();
  end.set_id("end-node");
  BindInput(end, "o0", "n0", "o0");
  core::Node& nap = *workflow.add_nodes();
  nap.set_id("nap");
  nap.mutable_gate_node()->mutable_sleep()->mutable_duration()->set_seconds(3);
  core::Node& inner = *workflow.add_nodes();
  inner.set_id("n0");
  BindInput(inner, "x", "start-node", "x");
  if (deep != nullptr) {
    *inner.mutable_workflow_node()->mutable_sub_workflow_ref() = *deep;
  } else {
    *inner.mutable_task_node()->mutable_reference_id() = task;
  }
  if (failure_node) {
    core::Node& failure = *workflow.mutable_failure_node();
    failure.set_id("fn0");
    *failure.mutable_task_node()->mutable_reference_id() = task;
    BindInput(failure, "x", "start-node", "x");
  }
  Edge(*out.mutable_connections(), "start-node", "nap");
  Edge(*out.mutable_connections(), "nap", "n0");
  Edge(*out.mutable_connections(), "start-node", "n0");
  Edge(*out.mutable_connections(), "n0", "end-node");
  return out;
}

void ToSubWorkflow(core::Node& node, const std::string& name) {
  *node.mutable_workflow_node()->mutable_sub_workflow_ref() = Id(core::WORKFLOW, name);
}

void Compare(core::BooleanExpression& condition, int64_t with) {
  condition.mutable_comparison()->set_operator_(core::ComparisonExpression::EQ);
  condition.mutable_comparison()->mutable_left_value()->set_var("x");
  condition.mutable_comparison()->mutable_right_value()->mutable_scalar()->mutable_primitive()->set_integer(with);
}

// if x == 1 (it is) ... else ...; sometimes asks for 2, and takes the else, which may be a failure.
void ToBranch(core::Node& node, core::ConnectionSet& connections, const core::Identifier& task,
              std::mt19937_64& random) {
  const auto inputs = node.inputs();
  core::IfElseBlock& blocks = *node.mutable_branch_node()->mutable_if_else();
  Compare(*blocks.mutable_case_()->mutable_condition(), random() % 2 == 0 ? 1 : 2);
  const auto choice = [&](core::Node& child, const std::string& id) {
    child.set_id(id);
    *child.mutable_inputs() = inputs;
    (*connections.mutable_upstream())[id].add_ids(inputs[0].binding().promise().node_id());
    (*connections.mutable_downstream())[inputs[0].binding().promise().node_id()].add_ids(id);
  };
  core::Node& then = *blocks.mutable_case_()->mutable_then_node();
  choice(then, node.id() + "-n0");
  *then.mutable_task_node()->mutable_reference_id() = task;
  if (random() % 4 == 0) {
    blocks.mutable_error()->set_message("neither");
    return;
  }
  core::Node& otherwise = *blocks.mutable_else_node();
  choice(otherwise, node.id() + "-n1");
  ToSubWorkflow(otherwise, "inner");
}

void BindList(core::Node& node, uint32_t items) {
  node.clear_inputs();
  core::Binding& binding = *node.add_inputs();
  binding.set_var("x");
  binding.mutable_binding()->mutable_collection();
  for (uint32_t i = 0; i < items; ++i)
    binding.mutable_binding()->mutable_collection()->add_bindings()->mutable_scalar()->mutable_primitive()->set_integer(
        i);
}

void ToArray(core::Node& node, const core::Identifier& task, std::mt19937_64& random) {
  const bool plan = random() % 3 == 0;
  // A launch plan's lists of nothing are those that others ask for.
  BindList(node, plan ? 1 + random() % 3 : random() % 5);
  core::ArrayNode& array = *node.mutable_array_node();
  if (plan) {
    *array.mutable_node()->mutable_workflow_node()->mutable_launchplan_ref() = Id(core::LAUNCH_PLAN, kChildWorkflow);
  } else {
    *array.mutable_node()->mutable_task_node()->mutable_reference_id() = task;
  }
  array.mutable_node()->mutable_metadata()->mutable_retries()->set_retries(random() % 2);
  if (random() % 2 == 0) array.set_parallelism(1 + random() % 2);
  if (random() % 2 == 0) array.set_min_success_ratio(0.5);
}

// The older kind of map: one task, whose containers find their items themselves.
core::TaskTemplate MapTask(const core::TaskTemplate& task, std::mt19937_64& random) {
  core::TaskTemplate out = task;
  out.mutable_id()->set_name(kMapTask);
  out.set_type("container_array");
  out.set_task_type_version(1);
  for (core::VariableMap* variables :
       {out.mutable_interface()->mutable_inputs(), out.mutable_interface()->mutable_outputs()}) {
    for (auto& [name, variable] : *variables->mutable_variables())
      variable.mutable_type()->mutable_collection_type()->set_simple(core::INTEGER);
  }
  auto& custom = *out.mutable_custom()->mutable_fields();
  if (random() % 2 == 0) custom["parallelism"].set_string_value(std::to_string(1 + random() % 2));
  custom["minSuccessRatio"].set_number_value(random() % 2 == 0 ? 0.5 : 1);
  return out;
}

void ToMapTask(core::Node& node, std::mt19937_64& random) {
  BindList(node, random() % 5);
  node.mutable_task_node()->mutable_reference_id()->set_name(kMapTask);
}

void ToGate(core::Node& node, std::vector<std::string>& signals) {
  node.mutable_gate_node()->mutable_signal()->set_signal_id("signal-" + node.id());
  node.mutable_gate_node()->mutable_signal()->mutable_type()->set_simple(core::INTEGER);
  node.mutable_gate_node()->mutable_signal()->set_output_variable_name("o0");
  signals.push_back("signal-" + node.id());
}

}  // namespace

std::string DynamicJob() {
  const SimGraph graph = BuildSimGraph({{}, {0}}, {});
  core::DynamicJobSpec job;
  for (const core::Node& node : graph.closure->primary().template_().nodes()) {
    if (!node.has_task_node()) continue;
    core::Node& added = *job.add_nodes();
    added = node;
    added.set_id("d" + node.id());
    added.clear_inputs();
    core::Binding& binding = *added.add_inputs();
    binding.set_var("x");
    if (node.id() == "n0") {
      binding.mutable_binding()->mutable_scalar()->mutable_primitive()->set_integer(1);
    } else {
      binding.mutable_binding()->mutable_promise()->set_node_id("dn0");
      binding.mutable_binding()->mutable_promise()->set_var("o0");
      added.add_upstream_node_ids("dn0");
    }
  }
  *job.add_tasks() = graph.closure->tasks(0).template_();
  core::Binding& output = *job.add_outputs();
  output.set_var("o0");
  output.mutable_binding()->mutable_promise()->set_node_id("dn1");
  output.mutable_binding()->mutable_promise()->set_var("o0");
  return job.SerializeAsString();
}

core::CompiledWorkflowClosure DynamicClosure() {
  core::DynamicJobSpec job;
  job.ParseFromString(DynamicJob());
  core::CompiledWorkflowClosure out;
  for (const core::TaskTemplate& task : job.tasks()) *out.add_tasks()->mutable_template_() = task;
  core::WorkflowTemplate& workflow = *out.mutable_primary()->mutable_template_();
  auto& connections = *out.mutable_primary()->mutable_connections();
  const auto connect = [&](const std::string& from, const std::string& to) {
    (*connections.mutable_upstream())[to].add_ids(from);
    (*connections.mutable_downstream())[from].add_ids(to);
  };
  workflow.add_nodes()->set_id("start-node");
  core::Node& end = *workflow.add_nodes();
  end.set_id("end-node");
  *end.mutable_inputs() = job.outputs();
  for (const core::Node& node : job.nodes()) {
    *workflow.add_nodes() = node;
    connect(node.upstream_node_ids().empty() ? "start-node" : node.upstream_node_ids(0), node.id());
    connect(node.id(), "end-node");
  }
  return out;
}

std::shared_ptr<const core::CompiledWorkflowClosure> ChildClosure() {
  auto closure = std::make_shared<core::CompiledWorkflowClosure>(*BuildSimGraph({{}, {0}}, {}).closure);
  *closure->mutable_primary()->mutable_template_()->mutable_id() = Id(core::WORKFLOW, kChildWorkflow);
  for (core::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
    if (node.id() == "end-node") BindInput(node, "o0", "n1", "o0");
  }
  return closure;
}

namespace {

// Makes something else of some of the workflow's task nodes. `sub_workflows` are those that they may become.
void ChangeNodes(core::CompiledWorkflow& workflow, const core::Identifier& task,
                 const std::vector<std::string>& sub_workflows, std::mt19937_64& random,
                 std::vector<std::string>& signals) {
  for (core::Node& node : *workflow.mutable_template_()->mutable_nodes()) {
    if (!node.has_task_node() || random() % 2 == 0) continue;
    switch (random() % 8) {
      case 0:
      case 1: ToSubWorkflow(node, sub_workflows[random() % sub_workflows.size()]); break;
      case 2: ToBranch(node, *workflow.mutable_connections(), task, random); break;
      case 3: ToArray(node, task, random); break;
      case 4: ToGate(node, signals); break;
      case 5: node.mutable_task_node()->mutable_reference_id()->set_name(kDynamicTask); break;
      case 6: *node.mutable_workflow_node()->mutable_launchplan_ref() = Id(core::LAUNCH_PLAN, kChildWorkflow); break;
      case 7: ToMapTask(node, random); break;
    }
  }
}

// Up to four nodes of any kind, with any edges.
core::CompiledWorkflow WideWorkflow(const core::Identifier& task, std::mt19937_64& random,
                                    std::vector<std::string>& signals) {
  std::vector<std::vector<uint32_t>> edges(1 + random() % 4);
  for (uint32_t i = 1; i < edges.size(); ++i) {
    if (random() % 2 == 0) edges[i].push_back(static_cast<uint32_t>(random() % i));
  }
  GraphOptions options;
  options.retries = random() % 2;
  options.fail_late = random() % 2 == 0;
  core::CompiledWorkflow out = BuildSimGraph(edges, options).closure->primary();
  *out.mutable_template_()->mutable_id() = Id(core::WORKFLOW, "wide");
  (*out.mutable_template_()->mutable_interface()->mutable_outputs()->mutable_variables())["o0"]
      .mutable_type()
      ->set_simple(core::INTEGER);
  for (core::Node& node : *out.mutable_template_()->mutable_nodes()) {
    if (node.id() == "end-node") BindInput(node, "o0", "n" + std::to_string(edges.size() - 1), "o0");
  }
  ChangeNodes(out, task, {"inner", "outer"}, random, signals);
  return out;
}

}  // namespace

void DiversifyNodes(core::CompiledWorkflowClosure& closure, std::mt19937_64& random,
                    std::vector<std::string>& signals) {
  const core::Identifier task = TaskId(closure);
  core::TaskTemplate dynamic = closure.tasks(0).template_();
  dynamic.mutable_id()->set_name(kDynamicTask);
  *closure.add_tasks()->mutable_template_() = dynamic;
  *closure.add_tasks()->mutable_template_() = MapTask(closure.tasks(0).template_(), random);
  const core::Identifier inner = Id(core::WORKFLOW, "inner");
  *closure.add_sub_workflows() = SubWorkflow("inner", task, nullptr, random() % 2 == 0);
  *closure.add_sub_workflows() = SubWorkflow("outer", task, &inner, random() % 2 == 0);
  *closure.add_sub_workflows() = WideWorkflow(task, random, signals);
  ChangeNodes(*closure.mutable_primary(), task, {"inner", "outer", "wide"}, random, signals);
  std::ranges::sort(signals);
  signals.erase(std::ranges::unique(signals).begin(), signals.end());
  if (random() % 3 != 0) return;
  core::Node& failure = *closure.mutable_primary()->mutable_template_()->mutable_failure_node();
  failure.set_id(kFailureNode);
  *failure.mutable_task_node()->mutable_reference_id() = task;
  BindInput(failure, "x", "start-node", "x");
}

}  // namespace sandbox::sim
