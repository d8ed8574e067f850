#include "courses.h"

#include <algorithm>
#include <cmath>

#include "flyteidl/core/dynamic_job.pb.h"

#include "kinds.h"
#include "sandbox/base/error.h"
#include "sandbox/base/log.h"
#include "sandbox/base/names.h"
#include "sandbox/base/time.h"

namespace sandbox::sim {
namespace {

namespace idl = flyteidl::core;
using model::ErrorKind;
using model::TaskPhase;

constexpr const char* kStart = "start-node";
constexpr const char* kEnd = "end-node";
constexpr uint32_t kSystemTries = 3;  // again after system failures

bool Failed(const Course& course) { return course.end == End::kFailure || course.end == End::kTimedOut; }

const std::string& NameOf(ErrorKind kind) {
  static const std::string kNames[] = {"UNKNOWN", "USER", "SYSTEM"};
  return kNames[static_cast<int>(kind)];
}

std::vector<std::string> Sorted(const google::protobuf::Map<std::string, idl::ConnectionSet_IdList>& connections, const std::string& node) {
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
std::optional<idl::Literal> Bound(const idl::Binding& binding, const Unfolding& scope, const idl::Literal& x) {
  const idl::BindingData& data = binding.binding();
  if (data.has_scalar()) {
    idl::Literal out;
    *out.mutable_scalar() = data.scalar();
    return out;
  }
  if (data.has_collection()) {
    idl::Literal out;
    out.mutable_collection();
    for (const idl::BindingData& item : data.collection().bindings()) *out.mutable_collection()->add_literals()->mutable_scalar() = item.scalar();
    return out;
  }
  if (data.promise().node_id() == kStart) return x;
  return scope.Find(data.promise().node_id()).output;
}

// All nodes have one input, x, if any.
idl::Literal InputOf(const idl::Node& node, const Unfolding& scope, const idl::Literal& x) {
  return node.inputs().empty() ? idl::Literal() : Bound(node.inputs(0), scope, x).value_or(idl::Literal());
}

// The failure that a visit in depth of the graph meets last: that is the workflow's, when it goes on after failures.
const Course* LastFailure(const idl::CompiledWorkflow& workflow, const Unfolding& scope, const std::string& from) {
  const Course* course = FindIn(scope, from);
  if (course == nullptr) return nullptr;
  if (Failed(*course)) return course;
  const Course* last = nullptr;
  for (const std::string& next : Sorted(workflow.connections().downstream(), from)) {
    if (const Course* met = LastFailure(workflow, scope, next)) last = met;
  }
  return last;
}

const idl::TaskTemplate& FindTask(const idl::CompiledWorkflowClosure& closure, const idl::Identifier& id) {
  const auto found = std::ranges::find_if(closure.tasks(), [&](const idl::CompiledTask& task) { return task.template_().id().name() == id.name(); });
  SANDBOX_CHECK(found != closure.tasks().end(), id.name());
  return found->template_();
}

const idl::CompiledWorkflow& FindWorkflow(const idl::CompiledWorkflowClosure& closure, const idl::Identifier& id) {
  const auto found = std::ranges::find_if(closure.sub_workflows(), [&](const idl::CompiledWorkflow& workflow) { return workflow.template_().id().name() == id.name(); });
  SANDBOX_CHECK(found != closure.sub_workflows().end(), id.name());
  return *found;
}

// What the simulated dynamic task writes, as a workflow.
idl::CompiledWorkflowClosure CompileJob() {
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
  workflow.add_nodes()->set_id(kStart);
  idl::Node& end = *workflow.add_nodes();
  end.set_id(kEnd);
  *end.mutable_inputs() = job.outputs();
  for (const idl::Node& node : job.nodes()) {
    *workflow.add_nodes() = node;
    connect(node.upstream_node_ids().empty() ? kStart : node.upstream_node_ids(0), node.id());
    connect(node.id(), kEnd);
  }
  return out;
}

}  // namespace

struct Courses::Items {
  const idl::TaskTemplate& task;
  bool subtasks = false;  // of a map task: they share its name
  uint32_t tries_max = 1;
  uint32_t at_once = UINT32_MAX;
  double ratio = 1;
};

const Course& Unfolding::Find(const std::string& name) const {
  const Course* found = FindIn(*this, name);
  SANDBOX_CHECK(found != nullptr, name);
  return *found;
}

Courses::Courses(const Question& question) : question_(question), program_(question.graph.program), child_(*ChildClosure()), job_(CompileJob()) {}

Unfolding Courses::OfExecution() {
  const Place place{question_.execution, question_.recovers, "", 0, &question_.closure};
  Unfolding out = OfWorkflow(place.closure->primary(), place, Number(1));
  out.execution = question_.execution;
  return out;
}

// Node after node, until no other one can begin.
Unfolding Courses::OfWorkflow(const idl::CompiledWorkflow& workflow, const Place& place, const idl::Literal& x) {
  Unfolding scope;
  const bool goes_on = workflow.template_().metadata().on_failure() == idl::WorkflowMetadata::FAIL_AFTER_EXECUTABLE_NODES_COMPLETE;
  for (bool more = true; more;) {
    more = false;
    for (const idl::Node& node : workflow.template_().nodes()) {
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
  if (scope.end == End::kFailure && workflow.template_().has_failure_node()) RunFailureNode(workflow.template_().failure_node(), place, x, scope);
  return scope;
}

void Courses::EndWorkflow(const idl::CompiledWorkflow& workflow, bool goes_on, Unfolding& scope, const idl::Literal& x) const {
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
    const auto end = std::ranges::find(workflow.template_().nodes(), std::string(kEnd), &idl::Node::id);
    for (const idl::Binding& binding : end->inputs()) {
      if (const auto value = Bound(binding, scope, x)) scope.outputs[binding.var()] = *value;
    }
  }
}

void Courses::RunFailureNode(const idl::Node& node, const Place& place, const idl::Literal& x, Unfolding& scope) {
  Course begun;
  begun.id = {place.execution, UniqueNodeId(place.parent, place.attempt, node.id())};
  begun.name = node.id();
  scope.failure_node.push_back(OfNode(std::move(begun), node, place, InputOf(node, scope, x)));
  const Course& course = scope.failure_node[0];
  if (course.end == End::kHangs) scope.end = End::kHangs;
  if (Failed(course)) scope.errors = course.errors;
}

Course Courses::OfNode(Course course, const idl::Node& node, const Place& place, const idl::Literal& x) {
  if (course.name == kStart) return course;
  if (const OldNode* old = FindOld(place, course.id.node); old != nullptr && old->done) {
    course.recovered = true;
    course.output = old->output;
    return course;
  }
  if (course.name == kEnd) return course;
  if (node.has_task_node()) return OfTask(std::move(course), node, FindTask(*place.closure, node.task_node().reference_id()), place, x);
  if (node.has_gate_node()) {
    if (node.gate_node().has_signal()) course.output = Number(1);
    return course;
  }
  const NodeExecutionId id = course.id;
  if (node.has_array_node()) {
    const idl::ArrayNode& array = node.array_node();
    Items items{FindTask(*place.closure, array.node().task_node().reference_id()), false, array.node().metadata().retries().retries() + 1, UINT32_MAX, 1};
    if (array.parallelism() != 0) items.at_once = array.parallelism();
    if (array.success_criteria_case() == idl::ArrayNode::kMinSuccessRatio) items.ratio = array.min_success_ratio();
    return Repeat(std::move(course), RulesOf(node), [&](uint32_t attempt) { return RunItems({id, attempt}, items, x); });
  }
  if (node.has_branch_node()) {
    Rules once = RulesOf(node);
    once.tries_max = 1;
    return Repeat(std::move(course), once, [&](uint32_t attempt) { return RunBranch({id, attempt}, node, place, x); });
  }
  if (node.workflow_node().has_launchplan_ref()) {
    return Repeat(std::move(course), RulesOf(node), [&](uint32_t attempt) { return RunLaunchPlan({id, attempt}, place, x); });
  }
  const idl::CompiledWorkflow& workflow = FindWorkflow(*place.closure, node.workflow_node().sub_workflow_ref());
  return Repeat(std::move(course), RulesOf(node), [&](uint32_t attempt) {
    return TrialOf(OfWorkflow(workflow, {place.execution, place.recovers, id.node, attempt, place.closure}, x));
  });
}

Courses::Rules Courses::RulesOf(const idl::Node& node) {
  return {node.metadata().retries().retries() + 1, std::chrono::seconds(node.metadata().timeout().seconds()), true};
}

// Try after try: contract/execution-engine 2.8 and 2.9.
Course Courses::Repeat(Course course, const Rules& rules, const Try& attempt) {
  uint32_t system_failures = 0, time_outs = 0;
  for (;; ++course.attempts) {
    Trial trial = attempt(course.attempts);
    if (trial.container) course.tries[course.attempts] = *trial.container;
    std::ranges::move(trial.inside, std::back_inserter(course.inside));
    switch (trial.result) {
      case Trial::Result::kSuccess: course.output = std::move(trial.output); return course;
      case Trial::Result::kPermanent:
        course.end = End::kFailure;
        course.errors = std::move(trial.errors);
        return course;
      case Trial::Result::kHangs:
        if (rules.timeout == Duration::zero()) {
          course.end = End::kHangs;
          return course;
        }
        ++course.late;
        // The whole node has twice the time of a try.
        if (++time_outs == 2) {
          course.end = End::kTimedOut;
          course.errors = {{"Timeout", ErrorKind::kUser, "Timeout in node"}};
          return course;
        }
        trial.errors = {{"TimeoutExpired", ErrorKind::kUser, Cat("task execution timeout [", FormatGoDuration(rules.timeout), "] expired")}};
        break;
      case Trial::Result::kRetryable: break;
    }
    const ExpectedError& error = trial.errors[0];
    const bool system = error.kind == ErrorKind::kSystem;
    const uint32_t done = system ? system_failures : course.attempts + 1 - system_failures;
    const uint32_t budget = system ? kSystemTries : rules.tries_max;
    system_failures += system;
    if (done < budget) continue;
    course.end = End::kFailure;
    const std::string text = Cat("[", done, "/", budget, "] currentAttempt done. Last Error: ", NameOf(error.kind), "::", error.begins);
    course.errors = {rules.wraps ? ExpectedError{Cat("RetriesExhausted|", error.code), ErrorKind::kUser, text} : error};
    return course;
  }
}

// A workflow that fails, fails for good.
Courses::Trial Courses::TrialOf(Unfolding scope) {
  Trial out;
  out.result = scope.end == End::kSuccess ? Trial::Result::kSuccess : scope.end == End::kHangs ? Trial::Result::kHangs : Trial::Result::kPermanent;
  if (const auto output = scope.outputs.find("o0"); output != scope.outputs.end()) out.output = output->second;
  out.errors = scope.errors;
  out.inside.push_back(std::move(scope));
  return out;
}

Course Courses::OfTask(Course course, const idl::Node& node, const idl::TaskTemplate& task, const Place& place, const idl::Literal& x) {
  const NodeExecutionId id = course.id;
  if (task.type() == "container_array") {
    const auto& custom = task.custom().fields();
    Items items{task, true, RulesOf(node).tries_max, UINT32_MAX, custom.at("minSuccessRatio").number_value()};
    if (const auto limit = custom.find("parallelism"); limit != custom.end()) items.at_once = static_cast<uint32_t>(std::stoul(limit->second.string_value()));
    return Repeat(std::move(course), RulesOf(node), [&](uint32_t attempt) { return RunItems({id, attempt}, items, x); });
  }
  course = Repeat(std::move(course), RulesOf(node), [&](uint32_t attempt) {
    return task.id().name() == kDynamicTask ? RunDynamic({id, attempt}, task, place, x) : RunContainer({id, attempt}, task, x);
  });
  UseCache(course, task, x);
  return course;
}

void Courses::UseCache(Course& course, const idl::TaskTemplate& task, const idl::Literal& x) {
  if (!task.metadata().discoverable()) return;
  course.cached = true;
  course.cache_key = Cat(task.id().name(), "/", TextOf(x));
  CacheUse& use = uses_[course.cache_key];
  ++use.users;
  use.failures += course.end != End::kSuccess;
}

Courses::Trial Courses::RunContainer(const AttemptId& id, const idl::TaskTemplate& task, const idl::Literal& x) const {
  using Result = Trial::Result;
  const auto fails = [](Result result, const char* code, ErrorKind kind, const char* begins) { return Trial{result, {{code, kind, begins}}, std::nullopt, TaskPhase::kFailed, {}}; };
  const bool fits = std::stoll(task.container().resources().requests(0).value()) <= kSimCpuMillis;
  if (!fits) return fails(Result::kPermanent, "ResourceRequestsExceedLimits", ErrorKind::kUser, "");
  switch (FateOf(program_, id)) {
    case Fate::kSuccess: break;
    case Fate::kExit1: return fails(Result::kRetryable, "Interrupted", ErrorKind::kSystem, "Pod failed.");
    case Fate::kRecoverable: return fails(Result::kRetryable, "USER:Simulated", ErrorKind::kUser, "simulated");
    case Fate::kFatal: return fails(Result::kPermanent, "USER:Simulated", ErrorKind::kUser, "simulated");
    case Fate::kNoOutputs: return fails(Result::kRetryable, "OutputsNotFound", ErrorKind::kUnknown, "Outputs not generated");
    case Fate::kOutOfMemory: return fails(Result::kRetryable, "OOMKilled", ErrorKind::kUser, "Pod failed.");
    case Fate::kVanishes: return fails(Result::kRetryable, "ResourceDeletedExternally", ErrorKind::kSystem, "resource not found");
    case Fate::kNoImage: return fails(Result::kRetryable, "ContainersNotReady|ImagePullBackOff", ErrorKind::kUser, "Grace period [3m0s] exceeded");
    case Fate::kHangs: return {Result::kHangs, {}, std::nullopt, TaskPhase::kAborted, {}};
  }
  return {Result::kSuccess, {}, OutputFor(program_, x), TaskPhase::kSucceeded, {}};
}

// When the execution recovers one in which the task had made its workflow, the first try takes that.
Courses::Trial Courses::RunDynamic(const AttemptId& id, const idl::TaskTemplate& task, const Place& place, const idl::Literal& x) {
  const OldNode* old = FindOld(place, id.node.node);
  const bool made = id.attempt == 0 && old != nullptr && old->made_workflow;
  Trial container;
  if (!made) container = RunContainer(id, task, x);
  if (container.result != Trial::Result::kSuccess) return container;
  Trial out = TrialOf(OfWorkflow(job_.primary(), {place.execution, place.recovers, id.node.node, id.attempt, &job_}, x));
  out.container = container.container;
  return out;
}

Courses::Trial Courses::RunBranch(const AttemptId& id, const idl::Node& node, const Place& place, const idl::Literal& x) {
  const auto fails = [](const char* code) { return Trial{Trial::Result::kPermanent, {{code, ErrorKind::kUser, Cat("[", code, "]")}}, std::nullopt, std::nullopt, {}}; };
  if (!x.scalar().primitive().has_integer()) return fails("MalformedBranchUserError");
  const idl::IfElseBlock& blocks = node.branch_node().if_else();
  const bool holds = blocks.case_().condition().comparison().right_value().scalar().primitive().integer() == x.scalar().primitive().integer();
  if (!holds && !blocks.has_else_node()) return fails("UserProvidedError");
  const idl::Node& choice = holds ? blocks.case_().then_node() : blocks.else_node();
  Course begun;
  begun.id = {place.execution, UniqueNodeId(id.node.node, id.attempt, choice.id())};
  begun.name = choice.id();
  Unfolding scope;
  scope.courses.push_back(OfNode(std::move(begun), choice, {place.execution, place.recovers, id.node.node, id.attempt, place.closure}, x));
  const Course& course = scope.courses[0];
  scope.end = Failed(course) ? End::kFailure : course.end;
  scope.errors = course.errors;
  if (course.output) scope.outputs["o0"] = *course.output;
  return TrialOf(std::move(scope));
}

Courses::Trial Courses::RunLaunchPlan(const AttemptId& id, const Place& place, const idl::Literal& x) {
  if (!x.scalar().primitive().has_integer()) return {Trial::Result::kPermanent, {{"RuntimeExecutionError", ErrorKind::kUser, "invalid x input wrong type"}}, std::nullopt, std::nullopt, {}};
  const OldNode* old = FindOld(place, id.node.node);
  const ExecutionId child{place.execution.project, place.execution.domain, ChildExecutionName(id)};
  Unfolding scope = OfWorkflow(child_.primary(), {child, old == nullptr ? std::nullopt : old->child, "", 0, &child_}, x);
  scope.execution = child;
  return TrialOf(std::move(scope));
}

// Items that hang keep their places, so those behind them may never begin.
Courses::Trial Courses::RunItems(const AttemptId& id, const Items& items, const idl::Literal& list) {
  const auto count = static_cast<uint32_t>(list.collection().literals_size());
  const auto needed = static_cast<uint32_t>(std::ceil(items.ratio * count));
  Unfolding scope;
  uint32_t hanging = 0, failed = 0;
  for (uint32_t i = 0; i < count && hanging < items.at_once; ++i) {
    const Course& course = scope.courses.emplace_back(OfItem(id, items, i, list.collection().literals(static_cast<int>(i))));
    hanging += course.end == End::kHangs;
    failed += Failed(course);
  }
  Trial out;
  if (count - failed < needed) {
    out.result = Trial::Result::kPermanent;
    out.errors = {{"", ErrorKind::kUnknown, ""}};
    scope.end = End::kFailure;
    for (const Course& course : scope.courses) scope.first_failures.push_back(course.name);
  } else if (hanging > 0) {
    out.result = Trial::Result::kHangs;
    scope.end = End::kHangs;
  } else {
    idl::Literal& outputs = out.output.emplace();
    outputs.mutable_collection();
    for (const Course& course : scope.courses) {
      idl::Literal& item = *outputs.mutable_collection()->add_literals();
      course.output ? item.CopyFrom(*course.output) : static_cast<void>(item.mutable_scalar()->mutable_none_type());
    }
  }
  constexpr TaskPhase kPhases[] = {TaskPhase::kSucceeded, TaskPhase::kFailed, TaskPhase::kFailed, TaskPhase::kAborted};
  out.container = kPhases[static_cast<int>(out.result)];
  out.inside.push_back(std::move(scope));
  return out;
}

Course Courses::OfItem(const AttemptId& array, const Items& items, uint32_t index, const idl::Literal& x) {
  Course course;
  course.name = Cat("n", index);
  course.id = {array.node.execution, items.subtasks ? SubtaskNodeId(array, index) : UniqueNodeId(array.node.node, array.attempt, course.name)};
  const NodeExecutionId id = course.id;
  bool told = false;
  course = Repeat(std::move(course), {items.tries_max, Duration::zero(), !items.subtasks}, [&](uint32_t attempt) {
    Trial trial = RunContainer({id, attempt}, items.task, x);
    // The tries of a subtask write to one place: what one said there is taken for the word of the next, when that says nothing.
    const bool silent = trial.result == Trial::Result::kRetryable && trial.errors[0].code == "OutputsNotFound";
    if (items.subtasks && silent && told) trial.errors = {{"USER:Simulated", ErrorKind::kUser, "simulated"}};
    told = told || (trial.result == Trial::Result::kRetryable && trial.errors[0].code == "USER:Simulated");
    return trial;
  });
  UseCache(course, items.task, x);
  return course;
}

const OldNode* Courses::FindOld(const Place& place, const std::string& node) const {
  if (!place.recovers) return nullptr;
  const auto found = question_.old.find({*place.recovers, node});
  return found == question_.old.end() ? nullptr : &found->second;
}

}  // namespace sandbox::sim
