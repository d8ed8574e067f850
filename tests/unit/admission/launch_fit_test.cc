#include "pods/admission/launch_fit.h"

#include <catch2/catch.hpp>

#include "sim/graphs.h"

namespace sandbox::pods {
namespace {

using sim::BuildSimGraph;
using sim::GraphOptions;

Status Fits(const flyteidl::core::CompiledWorkflowClosure& workflow, int64_t cpu_millis) {
  model::ExecutionRecord execution;
  execution.id = {"p", "d", "e"};
  return CheckFits(workflow, execution, {cpu_millis, 0});
}

}  // namespace

TEST_CASE("A workflow with a task that asks for more than there is cannot be launched", "[admission]") {
  GraphOptions options;
  options.cpu_millis = 1500;
  const auto graph = BuildSimGraph({{}, {0}}, options);
  CHECK(Fits(*graph.closure, 1500));
  CHECK(Fits(*graph.closure, 0));  // nobody knows
  const Status refused = Fits(*graph.closure, 1499);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::kInvalidArgument);
  CHECK(
      refused.error().message.starts_with("task [task] of node [n0] can never run: requested resources exceed limits: "
                                          "cpu: needs 1500m, this machine has 1499m for tasks"));
}

TEST_CASE("What a node overrides counts, and what is inside of branches, arrays and sub-workflows", "[admission]") {
  GraphOptions options;
  options.cpu_millis = 100;
  auto workflow = *BuildSimGraph({{}}, options).closure;
  const auto task = workflow.tasks(0).template_().id();
  auto& inner = *workflow.add_sub_workflows()->mutable_template_()->add_nodes();
  auto& branch = *inner.mutable_branch_node()->mutable_if_else();
  *branch.mutable_case_()->mutable_then_node()->mutable_task_node()->mutable_reference_id() = task;
  auto& array = *branch.mutable_else_node()->mutable_array_node()->mutable_node()->mutable_task_node();
  *array.mutable_reference_id() = task;
  CHECK(Fits(workflow, 100));
  auto& request = *array.mutable_overrides()->mutable_resources()->add_requests();
  request.set_name(flyteidl::core::Resources::CPU);
  request.set_value("3");
  CHECK_FALSE(Fits(workflow, 2000));
  CHECK(Fits(workflow, 3000));
}

}  // namespace sandbox::pods
