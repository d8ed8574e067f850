#include "pods/admission/launch_fit.h"

#include <string>
#include <unordered_map>

#include "flyteidl/core/workflow.pb.h"
#include "pods/admission/admission_runner.h"
#include "sandbox/engine/run.h"

namespace sandbox::pods {
namespace {

namespace core = flyteidl::core;

class Fitting {
 public:
  Fitting(const core::CompiledWorkflowClosure& workflow, const model::ExecutionRecord& execution,
          const Resources& capacity)
      : execution_(execution), admission_(capacity) {
    for (const auto& task : workflow.tasks())
      tasks_.emplace(task.template_().id().SerializeAsString(), &task.template_());
  }

  Status Check(const core::CompiledWorkflow& workflow) const {
    for (const auto& node : workflow.template_().nodes()) {
      if (auto ok = Check(node); !ok) return ok;
    }
    return workflow.template_().has_failure_node() ? Check(workflow.template_().failure_node()) : Status{};
  }

 private:
  Status Check(const core::Node& node) const {
    if (node.has_array_node()) return Check(node.array_node().node());
    if (node.has_branch_node()) return Check(node.branch_node().if_else());
    if (!node.has_task_node()) return {};
    const auto task = tasks_.find(node.task_node().reference_id().SerializeAsString());
    if (task == tasks_.end()) return {};
    // What cannot become a pod fails with its own text when it is to start.
    const auto pod = engine::SizePod(execution_, node, *task->second);
    if (!pod) return {};
    const model::WaitReason refusal = admission_.Refusal(DemandOf(*pod));
    if (refusal.code == model::PodWait::kNone) return {};
    return InvalidArgument(Cat("task [", task->second->id().name(), "] of node [", node.id(),
                               "] can never run: ", model::WordsOf(refusal).message));
  }

  Status Check(const core::IfElseBlock& choices) const {
    if (auto ok = Check(choices.case_().then_node()); !ok) return ok;
    for (const auto& other : choices.other()) {
      if (auto ok = Check(other.then_node()); !ok) return ok;
    }
    return choices.has_else_node() ? Check(choices.else_node()) : Status{};
  }

  const model::ExecutionRecord& execution_;
  const Admission admission_;
  std::unordered_map<std::string, const core::TaskTemplate*> tasks_;
};

}  // namespace

Status CheckFits(const core::CompiledWorkflowClosure& workflow, const model::ExecutionRecord& execution,
                 const Resources& capacity) {
  if (capacity == Resources{}) return {};
  const Fitting fitting(workflow, execution, capacity);
  if (auto ok = fitting.Check(workflow.primary()); !ok) return ok;
  for (const auto& inner : workflow.sub_workflows()) {
    if (auto ok = fitting.Check(inner); !ok) return ok;
  }
  return {};
}

}  // namespace sandbox::pods
