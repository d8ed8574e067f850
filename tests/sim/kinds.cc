#include "kinds.h"

#include <algorithm>

#include "flyteidl/core/dynamic_job.pb.h"
#include "graphs.h"

namespace sandbox::sim {
namespace {

namespace idl = flyteidl::core;

constexpr const char* kMapTask = "mapped";

const idl::Identifier& TaskId(const idl::CompiledWorkflowClosure& closure) { return closure.tasks(0).template_().id(); }

idl::Identifier Id(idl::ResourceType type, const std::string& name) {
  idl::Identifier id;
  id.set_resource_type(type);
  id.set_project("p");
  id.set_domain("d");
  id.set_name(name);
  id.set_version("v1");
  return id;
}

void BindInput(idl::Node& node, const std::string& variable, const std::string& from, const std::string& output) {
  idl::Binding* binding = node.add_inputs();
  binding->set_var(variable);
  binding->mutable_binding()->mutable_promise()->set_node_id(from);
  binding->mutable_binding()->mutable_promise()->set_var(output);
}

void Edge(idl::ConnectionSet& connections, const std::string& from, const std::string& to) {
  (*connections.mutable_upstream())[to].add_ids(from);
  (*connections.mutable_downstream())[from].add_ids(to);
}

// start -> nap -> n0 -> end, with x in and o0 out; or, `deep`, with another sub-workflow in n0's place.
idl::CompiledWorkflow SubWorkflow(const std::string& name, const idl::Identifier& task, const idl::Identifier* deep,
                                  bool failure_node) {
  idl::CompiledWorkflow out;
  idl::WorkflowTemplate& workflow = *out.mutable_template_();
  *workflow.mutable_id() = Id(idl::WORKFLOW, name);
  (*workflow.mutable_interface()->mutable_inputs()->mutable_variables())["x"].mutable_type()->set_simple(idl::INTEGER);
  (*workflow.mutable_interface()->mutable_outputs()->mutable_variables())["o0"].mutable_type()->set_simple(
      idl::INTEGER);
  workflow.add_nodes()->set_id("start-node");
  idl::Node& end = *workflow.add_nodes();
  end.set_id("end-node");
  BindInput(end, "o0", "n0", "o0");
  idl::Node& nap = *workflow.add_nodes();
  nap.set_id("nap");
  nap.mutable_gate_node()->mutable_sleep()->mutable_duration()->set_seconds(3);
  idl::Node& inner = *workflow.add_nodes();
  inner.set_id("n0");
  BindInput(inner, "x", "start-node", "x");
  if (deep != nullptr) {
    *inner.mutable_workflow_node()->mutable_sub_workflow_ref() = *deep;
  } else {
    *inner.mutable_task_node()->mutable_reference_id() = task;
  }
  if (failure_node) {
    idl::Node& failure = *workflow.mutable_failure_node();
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

void ToSubWorkflow(idl::Node& node, const std::string& name) {
  *node.mutable_workflow_node()->mutable_sub_workflow_ref() = Id(idl::WORKFLOW, name);
}

void Compare(idl::BooleanExpression& condition, int64_t with) {
  condition.mutable_comparison()->set_operator_(idl::ComparisonExpression::EQ);
  condition.mutable_comparison()->mutable_left_value()->set_var("x");
  condition.mutable_comparison()->mutable_right_value()->mutable_scalar()->mutable_primitive()->set_integer(with);
}

// if x == 1 (it is) ... else ...; sometimes asks for 2, and takes the else, which may be a failure.
void ToBranch(idl::Node& node, idl::ConnectionSet& connections, const idl::Identifier& task, std::mt19937_64& random) {
  const auto inputs = node.inputs();
  idl::IfElseBlock& blocks = *node.mutable_branch_node()->mutable_if_else();
  Compare(*blocks.mutable_case_()->mutable_condition(), random() % 2 == 0 ? 1 : 2);
  const auto choice = [&](idl::Node& child, const std::string& id) {
    child.set_id(id);
    *child.mutable_inputs() = inputs;
    (*connections.mutable_upstream())[id].add_ids(inputs[0].binding().promise().node_id());
    (*connections.mutable_downstream())[inputs[0].binding().promise().node_id()].add_ids(id);
  };
  idl::Node& then = *blocks.mutable_case_()->mutable_then_node();
  choice(then, node.id() + "-n0");
  *then.mutable_task_node()->mutable_reference_id() = task;
  if (random() % 4 == 0) {
    blocks.mutable_error()->set_message("neither");
    return;
  }
  idl::Node& otherwise = *blocks.mutable_else_node();
  choice(otherwise, node.id() + "-n1");
  ToSubWorkflow(otherwise, "inner");
}

void BindList(idl::Node& node, uint32_t items) {
  node.clear_inputs();
  idl::Binding& binding = *node.add_inputs();
  binding.set_var("x");
  binding.mutable_binding()->mutable_collection();
  for (uint32_t i = 0; i < items; ++i)
    binding.mutable_binding()->mutable_collection()->add_bindings()->mutable_scalar()->mutable_primitive()->set_integer(
        i);
}

void ToArray(idl::Node& node, const idl::Identifier& task, std::mt19937_64& random) {
  BindList(node, random() % 5);
  idl::ArrayNode& array = *node.mutable_array_node();
  *array.mutable_node()->mutable_task_node()->mutable_reference_id() = task;
  array.mutable_node()->mutable_metadata()->mutable_retries()->set_retries(random() % 2);
  if (random() % 2 == 0) array.set_parallelism(1 + random() % 2);
  if (random() % 2 == 0) array.set_min_success_ratio(0.5);
}

// The older kind of map: one task, whose containers find their items themselves.
idl::TaskTemplate MapTask(const idl::TaskTemplate& task, std::mt19937_64& random) {
  idl::TaskTemplate out = task;
  out.mutable_id()->set_name(kMapTask);
  out.set_type("container_array");
  out.set_task_type_version(1);
  for (idl::VariableMap* variables :
       {out.mutable_interface()->mutable_inputs(), out.mutable_interface()->mutable_outputs()}) {
    for (auto& [name, variable] : *variables->mutable_variables())
      variable.mutable_type()->mutable_collection_type()->set_simple(idl::INTEGER);
  }
  auto& custom = *out.mutable_custom()->mutable_fields();
  if (random() % 2 == 0) custom["parallelism"].set_string_value(std::to_string(1 + random() % 2));
  custom["minSuccessRatio"].set_number_value(random() % 2 == 0 ? 0.5 : 1);
  return out;
}

void ToMapTask(idl::Node& node, std::mt19937_64& random) {
  BindList(node, random() % 5);
  node.mutable_task_node()->mutable_reference_id()->set_name(kMapTask);
}

void ToGate(idl::Node& node, std::vector<std::string>& signals) {
  node.mutable_gate_node()->mutable_signal()->set_signal_id("signal-" + node.id());
  node.mutable_gate_node()->mutable_signal()->mutable_type()->set_simple(idl::INTEGER);
  node.mutable_gate_node()->mutable_signal()->set_output_variable_name("o0");
  signals.push_back("signal-" + node.id());
}

}  // namespace

std::string DynamicJob() {
  const SimGraph graph = BuildSimGraph({{}, {0}}, {});
  idl::DynamicJobSpec job;
  for (const idl::Node& node : graph.closure->primary().template_().nodes()) {
    if (!node.has_task_node()) continue;
    idl::Node& added = *job.add_nodes();
    added = node;
    added.set_id("d" + node.id());
    added.clear_inputs();
    idl::Binding& binding = *added.add_inputs();
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
  idl::Binding& output = *job.add_outputs();
  output.set_var("o0");
  output.mutable_binding()->mutable_promise()->set_node_id("dn1");
  output.mutable_binding()->mutable_promise()->set_var("o0");
  return job.SerializeAsString();
}

idl::CompiledWorkflowClosure DynamicClosure() {
  idl::DynamicJobSpec job;
  job.ParseFromString(DynamicJob());
  idl::CompiledWorkflowClosure out;
  for (const idl::TaskTemplate& task : job.tasks()) *out.add_tasks()->mutable_template_() = task;
  idl::WorkflowTemplate& workflow = *out.mutable_primary()->mutable_template_();
  auto& connections = *out.mutable_primary()->mutable_connections();
  const auto connect = [&](const std::string& from, const std::string& to) {
    (*connections.mutable_upstream())[to].add_ids(from);
    (*connections.mutable_downstream())[from].add_ids(to);
  };
  workflow.add_nodes()->set_id("start-node");
  idl::Node& end = *workflow.add_nodes();
  end.set_id("end-node");
  *end.mutable_inputs() = job.outputs();
  for (const idl::Node& node : job.nodes()) {
    *workflow.add_nodes() = node;
    connect(node.upstream_node_ids().empty() ? "start-node" : node.upstream_node_ids(0), node.id());
    connect(node.id(), "end-node");
  }
  return out;
}

std::shared_ptr<const idl::CompiledWorkflowClosure> ChildClosure() {
  auto closure = std::make_shared<idl::CompiledWorkflowClosure>(*BuildSimGraph({{}, {0}}, {}).closure);
  *closure->mutable_primary()->mutable_template_()->mutable_id() = Id(idl::WORKFLOW, kChildWorkflow);
  for (idl::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
    if (node.id() == "end-node") BindInput(node, "o0", "n1", "o0");
  }
  return closure;
}

namespace {

// Makes something else of some of the workflow's task nodes. `sub_workflows` are those that they may become.
void ChangeNodes(idl::CompiledWorkflow& workflow, const idl::Identifier& task,
                 const std::vector<std::string>& sub_workflows, std::mt19937_64& random,
                 std::vector<std::string>& signals) {
  for (idl::Node& node : *workflow.mutable_template_()->mutable_nodes()) {
    if (!node.has_task_node() || random() % 2 == 0) continue;
    switch (random() % 8) {
      case 0:
      case 1: ToSubWorkflow(node, sub_workflows[random() % sub_workflows.size()]); break;
      case 2: ToBranch(node, *workflow.mutable_connections(), task, random); break;
      case 3: ToArray(node, task, random); break;
      case 4: ToGate(node, signals); break;
      case 5: node.mutable_task_node()->mutable_reference_id()->set_name(kDynamicTask); break;
      case 6: *node.mutable_workflow_node()->mutable_launchplan_ref() = Id(idl::LAUNCH_PLAN, kChildWorkflow); break;
      case 7: ToMapTask(node, random); break;
    }
  }
}

// Up to four nodes of any kind, with any edges.
idl::CompiledWorkflow WideWorkflow(const idl::Identifier& task, std::mt19937_64& random,
                                   std::vector<std::string>& signals) {
  std::vector<std::vector<uint32_t>> edges(1 + random() % 4);
  for (uint32_t i = 1; i < edges.size(); ++i) {
    if (random() % 2 == 0) edges[i].push_back(static_cast<uint32_t>(random() % i));
  }
  GraphOptions options;
  options.retries = random() % 2;
  options.fail_late = random() % 2 == 0;
  idl::CompiledWorkflow out = BuildSimGraph(edges, options).closure->primary();
  *out.mutable_template_()->mutable_id() = Id(idl::WORKFLOW, "wide");
  (*out.mutable_template_()->mutable_interface()->mutable_outputs()->mutable_variables())["o0"]
      .mutable_type()
      ->set_simple(idl::INTEGER);
  for (idl::Node& node : *out.mutable_template_()->mutable_nodes()) {
    if (node.id() == "end-node") BindInput(node, "o0", "n" + std::to_string(edges.size() - 1), "o0");
  }
  ChangeNodes(out, task, {"inner", "outer"}, random, signals);
  return out;
}

}  // namespace

void DiversifyNodes(idl::CompiledWorkflowClosure& closure, std::mt19937_64& random, std::vector<std::string>& signals) {
  const idl::Identifier task = TaskId(closure);
  idl::TaskTemplate dynamic = closure.tasks(0).template_();
  dynamic.mutable_id()->set_name(kDynamicTask);
  *closure.add_tasks()->mutable_template_() = dynamic;
  *closure.add_tasks()->mutable_template_() = MapTask(closure.tasks(0).template_(), random);
  const idl::Identifier inner = Id(idl::WORKFLOW, "inner");
  *closure.add_sub_workflows() = SubWorkflow("inner", task, nullptr, random() % 2 == 0);
  *closure.add_sub_workflows() = SubWorkflow("outer", task, &inner, random() % 2 == 0);
  *closure.add_sub_workflows() = WideWorkflow(task, random, signals);
  ChangeNodes(*closure.mutable_primary(), task, {"inner", "outer", "wide"}, random, signals);
  std::ranges::sort(signals);
  signals.erase(std::ranges::unique(signals).begin(), signals.end());
  if (random() % 3 != 0) return;
  idl::Node& failure = *closure.mutable_primary()->mutable_template_()->mutable_failure_node();
  failure.set_id(kFailureNode);
  *failure.mutable_task_node()->mutable_reference_id() = task;
  BindInput(failure, "x", "start-node", "x");
}

}  // namespace sandbox::sim
