#include "courses.h"

#include <algorithm>

#include "flyteidl/core/dynamic_job.pb.h"
#include "kinds.h"
#include "sandbox/base/check.h"
#include "sandbox/base/error.h"
#include "sandbox/base/names.h"
#include "sandbox/base/time.h"

namespace sandbox::sim {
namespace {

namespace core = flyteidl::core;

constexpr const char* kStart = "start-node";
constexpr const char* kEnd = "end-node";
std::vector<std::string> Sorted(const google::protobuf::Map<std::string, core::ConnectionSet_IdList>& connections,
                                const std::string& node) {
  const auto found = connections.find(node);
  if (found == connections.end()) return {};
  std::vector<std::string> out(found->second.ids().begin(), found->second.ids().end());
  std::ranges::sort(out);
  return out;
}

const Course* FindIn(const Unfolding& scope, const std::string& name) {
  const auto found = std::ranges::find(scope.courses, name, &Course::name);
  return found == scope.courses.end() ? nullptr : &*found;
}

// What a binding comes to; nothing when what it is bound to has no output.
std::optional<core::Literal> Bound(const core::Binding& binding, const Unfolding& scope, const core::Literal& x) {
  const core::BindingData& data = binding.binding();
  if (data.has_scalar()) {
    core::Literal out;
    *out.mutable_scalar() = data.scalar();
    return out;
  }
  if (data.has_collection()) {
    core::Literal out;
    out.mutable_collection();
    for (const core::BindingData& item : data.collection().bindings())
      *out.mutable_collection()->add_literals()->mutable_scalar() = item.scalar();
    return out;
  }
  if (data.promise().node_id() == kStart) return x;
  return scope.Find(data.promise().node_id()).output;
}

// All nodes have one input, x, if any.
core::Literal InputOf(const core::Node& node, const Unfolding& scope, const core::Literal& x) {
  return node.inputs().empty() ? core::Literal() : Bound(node.inputs(0), scope, x).value_or(core::Literal());
}

// The failure that a visit in depth of the graph meets last: that is the workflow's, when it goes on after failures.
const Course* LastFailure(const core::CompiledWorkflow& workflow, const Unfolding& scope, const std::string& from) {
  const Course* course = FindIn(scope, from);
  if (course == nullptr) return nullptr;
  if (Failed(*course)) return course;
  const Course* last = nullptr;
  for (const std::string& next : Sorted(workflow.connections().downstream(), from)) {
    if (const Course* met = LastFailure(workflow, scope, next)) last = met;
  }
  return last;
}

const core::TaskTemplate& FindTask(const core::CompiledWorkflowClosure& closure, const core::Identifier& id) {
  const auto found = std::ranges::find_if(
      closure.tasks(), [&](const core::CompiledTask& task) { return task.template_().id().name() == id.name(); });
  SANDBOX_CHECK(found != closure.tasks().end(), id.name());
  return found->template_();
}

const core::CompiledWorkflow& FindWorkflow(const core::CompiledWorkflowClosure& closure, const core::Identifier& id) {
  const auto found = std::ranges::find_if(closure.sub_workflows(), [&](const core::CompiledWorkflow& workflow) {
    return workflow.template_().id().name() == id.name();
  });
  SANDBOX_CHECK(found != closure.sub_workflows().end(), id.name());
  return *found;
}

}  // namespace

const Course& Unfolding::Find(const std::string& name) const {
  const Course* found = FindIn(*this, name);
  SANDBOX_CHECK(found != nullptr, name);
  return *found;
}

Courses::Courses(const Question& question)
    : question_(question), program_(question.graph.program), child_(*ChildClosure()), job_(DynamicClosure()) {}

Unfolding Courses::OfExecution() {
  const Place place{question_.execution, question_.recovers, "", 0, &question_.closure};
  Unfolding out = OfWorkflow(place.closure->primary(), place, Number(1));
  out.execution = question_.execution;
  return out;
}

// Node after node, until no other one can begin.
Unfolding Courses::OfWorkflow(const core::CompiledWorkflow& workflow, const Place& place, const core::Literal& x) {
  Unfolding scope;
  const bool goes_on =
      workflow.template_().metadata().on_failure() == core::WorkflowMetadata::FAIL_AFTER_EXECUTABLE_NODES_COMPLETE;
  for (bool more = true; more;) {
    more = false;
    for (const core::Node& node : workflow.template_().nodes()) {
      if (FindIn(scope, node.id()) != nullptr) continue;
      Course begun;
      bool ready = true, skip = false;
      for (const std::string& up : Sorted(workflow.connections().upstream(), node.id())) {
        const Course* before = FindIn(scope, up);
        ready = ready && before != nullptr && before->end != End::kHangs;
        if (!ready) break;
        skip = skip || before->end != End::kSuccess;
        begun.late = std::max(begun.late, before->late);
        begun.after.insert(before->after.begin(), before->after.end());
        begun.after.insert(up);
      }
      if (!ready || (skip && !goes_on)) continue;
      begun.id = {place.execution, UniqueNodeId(place.parent, place.attempt, node.id())};
      begun.name = node.id();
      begun.end = skip ? End::kSkipped : End::kSuccess;
      scope.courses.push_back(skip ? std::move(begun) : OfNode(std::move(begun), node, place, InputOf(node, scope, x)));
      more = true;
    }
  }
  EndWorkflow(workflow, goes_on, scope, x);
  if (scope.end == End::kFailure && workflow.template_().has_failure_node())
    RunFailureNode(workflow.template_().failure_node(), place, x, scope);
  return scope;
}

void Courses::EndWorkflow(const core::CompiledWorkflow& workflow, bool goes_on, Unfolding& scope,
                          const core::Literal& x) const {
  const bool hangs = std::ranges::any_of(scope.courses, [](const Course& course) { return course.end == End::kHangs; });
  const bool fails = std::ranges::any_of(scope.courses, Failed);
  if (fails && !goes_on) {
    scope.end = End::kFailure;
    uint32_t first = UINT32_MAX;
    for (const Course& course : scope.courses) first = Failed(course) ? std::min(first, course.late) : first;
    for (const Course& course : scope.courses) {
      if (!Failed(course) || course.late != first) continue;
      scope.first_failures.push_back(course.name);
      scope.errors.insert(scope.errors.end(), course.errors.begin(), course.errors.end());
    }
  } else if (hangs) {
    scope.end = End::kHangs;
  } else if (fails) {
    scope.end = End::kFailure;
    scope.errors = LastFailure(workflow, scope, kStart)->errors;
  } else {
    const auto end = std::ranges::find(workflow.template_().nodes(), std::string(kEnd), &core::Node::id);
    for (const core::Binding& binding : end->inputs()) {
      if (const auto value = Bound(binding, scope, x)) scope.outputs[binding.var()] = *value;
    }
  }
}

void Courses::RunFailureNode(const core::Node& node, const Place& place, const core::Literal& x, Unfolding& scope) {
  Course begun;
  begun.id = {place.execution, UniqueNodeId(place.parent, place.attempt, node.id())};
  begun.name = node.id();
  scope.failure_node.push_back(OfNode(std::move(begun), node, place, InputOf(node, scope, x)));
  const Course& course = scope.failure_node[0];
  if (course.end == End::kHangs) scope.end = End::kHangs;
  if (Failed(course)) scope.errors = course.errors;
}

Course Courses::OfNode(Course course, const core::Node& node, const Place& place, const core::Literal& x) {
  if (course.name == kStart) return course;
  if (const OldNode* old = FindOld(place, course.id.node); old != nullptr && old->done) {
    return Retell(std::move(course), *old);
  }
  if (course.name == kEnd) return course;
  if (node.has_task_node())
    return OfTask(std::move(course), node, FindTask(*place.closure, node.task_node().reference_id()), place, x);
  if (node.has_gate_node()) {
    if (node.gate_node().has_signal()) course.output = Number(1);
    return course;
  }
  const NodeExecutionId id = course.id;
  if (node.has_array_node()) {
    const core::ArrayNode& array = node.array_node();
    const bool plan = array.node().workflow_node().has_launchplan_ref();
    Items items{plan ? nullptr : &FindTask(*place.closure, array.node().task_node().reference_id()), false,
                array.node().metadata().retries().retries() + 1, UINT32_MAX, 1};
    if (array.parallelism() != 0) items.at_once = array.parallelism();
    if (array.success_criteria_case() == core::ArrayNode::kMinSuccessRatio) items.ratio = array.min_success_ratio();
    return Repeat(std::move(course), RulesOf(node),
                  [&](uint32_t attempt) { return RunItems({id, attempt}, items, place, x); });
  }
  if (node.has_branch_node()) {
    Rules once = RulesOf(node);
    once.tries_max = 1;
    return Repeat(std::move(course), once, [&](uint32_t attempt) { return RunBranch({id, attempt}, node, place, x); });
  }
  if (node.workflow_node().has_launchplan_ref()) {
    return Repeat(std::move(course), RulesOf(node),
                  [&](uint32_t attempt) { return RunLaunchPlan({id, attempt}, place, x); });
  }
  const core::CompiledWorkflow& workflow = FindWorkflow(*place.closure, node.workflow_node().sub_workflow_ref());
  return Repeat(std::move(course), RulesOf(node), [&](uint32_t attempt) {
    return TrialOf(OfWorkflow(workflow, {place.execution, place.recovers, id.node, attempt, place.closure}, x));
  });
}

Courses::Rules Courses::RulesOf(const core::Node& node) {
  return {node.metadata().retries().retries() + 1, std::chrono::seconds(node.metadata().timeout().seconds()), true};
}

Course Courses::OfTask(Course course, const core::Node& node, const core::TaskTemplate& task, const Place& place,
                       const core::Literal& x) {
  const NodeExecutionId id = course.id;
  if (task.type() == "container_array") {
    const auto& custom = task.custom().fields();
    Items items{&task, true, RulesOf(node).tries_max, UINT32_MAX, custom.at("minSuccessRatio").number_value()};
    if (const auto limit = custom.find("parallelism"); limit != custom.end())
      items.at_once = static_cast<uint32_t>(std::stoul(limit->second.string_value()));
    return Repeat(std::move(course), RulesOf(node),
                  [&](uint32_t attempt) { return RunItems({id, attempt}, items, place, x); });
  }
  course = Repeat(std::move(course), RulesOf(node), [&](uint32_t attempt) {
    return task.id().name() == kDynamicTask ? RunDynamic({id, attempt}, task, place, x)
                                            : RunContainer({id, attempt}, task, x);
  });
  UseCache(course, task, x);
  return course;
}

void Courses::UseCache(Course& course, const core::TaskTemplate& task, const core::Literal& x) {
  if (!task.metadata().discoverable()) return;
  course.cached = true;
  course.cache_key = Cat(task.id().name(), "/", TextOf(x));
  CacheUse& use = uses_[course.cache_key];
  ++use.users;
  use.failures += course.end != End::kSuccess;
}

const OldNode* Courses::FindOld(const Place& place, const std::string& node) const {
  if (!place.recovers) return nullptr;
  const auto found = question_.old.find({*place.recovers, node});
  return found == question_.old.end() ? nullptr : &found->second;
}

// As what was inside of it was, but for tries that had been given up.
Course Courses::Retell(Course course, const OldNode& old) const {
  course.recovered = course.name != kStart;
  course.output = old.output;
  course.retells = old.row;
  for (const auto& [id, inner] : question_.old) {
    const bool skipped = inner.row.phase == model::NodePhase::kSkipped;
    const bool inside = id.execution == old.row.id.execution && inner.row.parent == old.row.id.node;
    if (!inside || inner.row.item >= 0 || !(inner.done || skipped)) continue;
    Course told;
    told.id = {course.id.execution, id.node};
    told.name = inner.row.spec_node_id;
    told.end = skipped ? End::kSkipped : End::kSuccess;
    course.retold.push_back(Retell(std::move(told), inner));
  }
  return course;
}

}  // namespace sandbox::sim
