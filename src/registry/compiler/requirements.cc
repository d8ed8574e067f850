#include "registry/compiler/requirements.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "sandbox/base/error.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry::compiler {
namespace {

using flyteidl::core::Identifier;
using flyteidl::core::Node;
using flyteidl::core::WorkflowTemplate;

constexpr size_t kNestingMax = 100;

class Finder {
 public:
  Finder(const SubWorkflowIndex& sub_workflows, Errors& errors) : sub_workflows_(sub_workflows), errors_(errors) {}

  void VisitWorkflow(const WorkflowTemplate& workflow) {
    for (const Node& node : workflow.nodes()) VisitNode(node);
    if (workflow.has_failure_node()) VisitNode(workflow.failure_node());
  }

  Requirements Take() && { return {Sorted(std::move(tasks_)), Sorted(std::move(launch_plans_))}; }

 private:
  using ById = std::map<std::string, Identifier>;

  static std::vector<Identifier> Sorted(ById ids) {
    std::vector<Identifier> out;
    for (auto& [text, id] : ids) out.push_back(std::move(id));
    const auto key = [](const Identifier& id) { return std::tie(id.project(), id.domain(), id.name(), id.version()); };
    std::ranges::sort(out, [key](const Identifier& a, const Identifier& b) {
      return a.resource_type() != b.resource_type() ? a.resource_type() < b.resource_type() : key(a) < key(b);
    });
    return out;
  }

  void VisitNode(const Node& node) {
    switch (node.target_case()) {
      case Node::kTaskNode:
        if (node.task_node().has_reference_id())
          tasks_.emplace(GoText(node.task_node().reference_id()), node.task_node().reference_id());
        return;
      case Node::kWorkflowNode:
        if (node.workflow_node().has_launchplan_ref()) {
          launch_plans_.emplace(GoText(node.workflow_node().launchplan_ref()), node.workflow_node().launchplan_ref());
        } else if (node.workflow_node().has_sub_workflow_ref()) {
          VisitSubWorkflow(node);
        }
        return;
      case Node::kBranchNode: VisitBranch(node.branch_node().if_else()); return;
      case Node::kArrayNode: VisitNode(node.array_node().node()); return;
      case Node::kGateNode:
      case Node::TARGET_NOT_SET: return;
    }
  }

  void VisitBranch(const flyteidl::core::IfElseBlock& block) {
    VisitNode(block.case_().then_node());
    for (const auto& other : block.other()) VisitNode(other.then_node());
    if (block.has_else_node()) VisitNode(block.else_node());
  }

  void VisitSubWorkflow(const Node& node) {
    const std::string id = GoText(node.workflow_node().sub_workflow_ref());
    const auto found = sub_workflows_.find(id);
    if (found == sub_workflows_.end()) {
      errors_.WorkflowNotFound(node.id(), id);
    } else if (std::ranges::find(open_, id) != open_.end()) {
      errors_.Collect("CycleDetected", node.id(), Cat("Sub-workflow [", id, "] contains itself."));
    } else if (open_.size() >= kNestingMax) {
      errors_.Collect("WorkflowBuildError", node.id(),
                      Cat("Sub-workflows are nested more than ", kNestingMax, " deep."));
    } else if (visited_.insert(id).second) {
      open_.push_back(id);
      VisitWorkflow(*found->second);
      open_.pop_back();
    }
  }

  const SubWorkflowIndex& sub_workflows_;
  Errors& errors_;
  ById tasks_;
  ById launch_plans_;
  std::set<std::string> visited_;
  std::vector<std::string> open_;
};

}  // namespace

Requirements FindRequirements(const WorkflowTemplate& primary, const SubWorkflowIndex& sub_workflows, Errors& errors) {
  Finder finder(sub_workflows, errors);
  finder.VisitWorkflow(primary);
  return std::move(finder).Take();
}

}  // namespace sandbox::registry::compiler
