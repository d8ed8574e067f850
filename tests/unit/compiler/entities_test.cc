// Compiled closures of flytekit's workflows, as a real server returned them: taken apart to what was registered and
// compiled again, they must come out the same.

#include <google/protobuf/util/message_differencer.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/admin/workflow.pb.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"
#include "unit/compiler/from_json.h"

namespace sandbox::registry {
namespace {

using flyteidl::admin::LaunchPlan;
using flyteidl::core::CompiledTask;
using flyteidl::core::CompiledWorkflowClosure;
using flyteidl::core::Identifier;
using flyteidl::core::Node;
using flyteidl::core::WorkflowTemplate;
using nlohmann::json;
using testing::FromJson;

// Times of the recording are masked; nothing here depends on them.
json WithoutTimes(json entity) {
  entity["closure"].erase("created_at");
  entity["closure"].erase("updated_at");
  return entity;
}

// Inner nodes of a branch lose the id of the branch.
void UndoBranch(Node& node) {
  if (!node.has_branch_node()) return;
  const std::string prefix = node.id() + "-";
  auto& block = *node.mutable_branch_node()->mutable_if_else();
  std::vector<Node*> inner;
  if (block.case_().has_then_node()) inner.push_back(block.mutable_case_()->mutable_then_node());
  for (auto& other : *block.mutable_other()) inner.push_back(other.mutable_then_node());
  if (block.has_else_node()) inner.push_back(block.mutable_else_node());
  for (Node* child : inner) {
    UndoBranch(*child);
    REQUIRE(child->id().starts_with(prefix));
    child->set_id(child->id().substr(prefix.size()));
  }
}

WorkflowTemplate Undo(WorkflowTemplate workflow) {
  auto& nodes = *workflow.mutable_nodes();
  REQUIRE(nodes.size() > 2);
  nodes.DeleteSubrange(0, 2);
  for (Node& node : nodes) UndoBranch(node);
  return workflow;
}

flyteidl::admin::WorkflowSpec Undo(const CompiledWorkflowClosure& closure) {
  flyteidl::admin::WorkflowSpec spec;
  *spec.mutable_template_() = Undo(closure.primary().template_());
  for (const auto& sub_workflow : closure.sub_workflows()) *spec.add_sub_workflows() = Undo(sub_workflow.template_());
  return spec;
}

class Recorded {
 public:
  Recorded() {
    for (const auto& file :
         std::filesystem::directory_iterator(std::string(SANDBOX_TEST_DATA) + "/language/entities")) {
      std::ifstream in(file.path());
      const json entities = json::parse(in);
      for (const json& launch_plan : entities["launch_plans"]) {
        auto message = FromJson<LaunchPlan>(WithoutTimes(launch_plan).dump());
        launch_plans_.emplace(GoText(message.id()), message);
      }
      for (const json& workflow : entities["workflows"])
        workflows_.push_back(FromJson<flyteidl::admin::Workflow>(WithoutTimes(workflow).dump()));
    }
  }

  const std::vector<flyteidl::admin::Workflow>& workflows() const { return workflows_; }

  CompilerEnvironment Environment(const CompiledWorkflowClosure& closure) const {
    CompilerEnvironment environment;
    environment.task = [&closure](const Identifier& id) -> Result<CompiledTask> {
      for (const CompiledTask& task : closure.tasks()) {
        if (GoText(task.template_().id()) == GoText(id)) return task;
      }
      return NotFound("no task " + GoText(id));
    };
    environment.launch_plan = [this](const Identifier& id) -> Result<LaunchPlan> {
      const auto found = launch_plans_.find(GoText(id));
      if (found == launch_plans_.end()) return NotFound("no launch plan " + GoText(id));
      return found->second;
    };
    return environment;
  }

 private:
  std::map<std::string, LaunchPlan> launch_plans_;
  std::vector<flyteidl::admin::Workflow> workflows_;
};

TEST_CASE("recorded closures of flytekit's workflows are compiled to the same") {
  const Recorded recorded;
  CHECK(recorded.workflows().size() > 100);
  for (const auto& workflow : recorded.workflows()) {
    CAPTURE(workflow.id().name());
    const CompiledWorkflowClosure& closure = workflow.closure().compiled_workflow();
    const auto compiled = CompileWorkflow(workflow.id(), Undo(closure), recorded.Environment(closure));
    CHECK((compiled ? "" : compiled.error().message) == "");
    if (!compiled) continue;
    std::string differences;
    google::protobuf::util::MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&differences);
    differencer.Compare(closure, *compiled);
    CHECK(differences == "");
    CHECK(ObjectHash(closure) == ObjectHash(*compiled));
  }
}

}  // namespace
}  // namespace sandbox::registry
