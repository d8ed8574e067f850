// Tries of a node: how each of them ends, and what follows from that.

#include <algorithm>
#include <cmath>

#include "courses.h"
#include "kinds.h"
#include "sandbox/base/error.h"
#include "sandbox/base/names.h"
#include "sandbox/base/time.h"

namespace sandbox::sim {
namespace {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::TaskPhase;

constexpr uint32_t kSystemTries = 3;  // again after system failures

const std::string& NameOf(ErrorKind kind) {
  static const std::string kNames[] = {"UNKNOWN", "USER", "SYSTEM"};
  return kNames[static_cast<int>(kind)];
}

}  // namespace

// Try after try: protocol/execution-engine 2.8 and 2.9.
Course Courses::Repeat(Course course, const Rules& rules, const Try& attempt) const {
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
        // Where others wait meanwhile, they may end after that too.
        if (!question_.graph.crowded) ++course.late;
        // The whole node has twice the time of a try.
        if (++time_outs == 2) {
          course.end = End::kTimedOut;
          course.errors = {{"Timeout", ErrorKind::kUser, "Timeout in node"}};
          return course;
        }
        trial.errors = {{"TimeoutExpired", ErrorKind::kUser,
                         Cat("task execution timeout [", FormatGoDuration(rules.timeout), "] expired")}};
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
    const std::string text =
        Cat("[", done, "/", budget, "] currentAttempt done. Last Error: ", NameOf(error.kind), "::", error.begins);
    course.errors = {rules.wraps ? ExpectedError{Cat("RetriesExhausted|", error.code), ErrorKind::kUser, text} : error};
    return course;
  }
}

// A workflow that fails, fails for good.
Courses::Trial Courses::TrialOf(Unfolding scope) {
  Trial out;
  out.result = scope.end == End::kSuccess ? Trial::Result::kSuccess
               : scope.end == End::kHangs ? Trial::Result::kHangs
                                          : Trial::Result::kPermanent;
  if (const auto output = scope.outputs.find("o0"); output != scope.outputs.end()) out.output = output->second;
  out.errors = scope.errors;
  out.inside.push_back(std::move(scope));
  return out;
}

Courses::Trial Courses::RunContainer(const AttemptId& id, const core::TaskTemplate& task,
                                     const core::Literal& x) const {
  using Result = Trial::Result;
  const auto fails = [](Result result, const char* code, ErrorKind kind, const char* begins) {
    return Trial{result, {{code, kind, begins}}, std::nullopt, TaskPhase::kFailed, {}};
  };
  const bool fits = std::stoll(task.container().resources().requests(0).value()) <= kSimCpuMillis;
  if (!fits) return fails(Result::kPermanent, "ResourceRequestsExceedLimits", ErrorKind::kUser, "");
  const bool primary_decides = task.type() != "raw-container";
  switch (FateOf(program_, id)) {
    case Fate::kSuccess: break;
    case Fate::kExit1:
      if (primary_decides) return fails(Result::kRetryable, "Error", ErrorKind::kUser, "\r\n[");
      return fails(Result::kRetryable, "Interrupted", ErrorKind::kSystem, "Pod failed.");
    // Only where the primary has a name is its being killed the system's failure.
    case Fate::kKilled:
      if (primary_decides) return fails(Result::kRetryable, "Error", ErrorKind::kSystem, "\r\n[");
      return fails(Result::kRetryable, "Interrupted", ErrorKind::kUser, "Pod failed.");
    case Fate::kStartError: return fails(Result::kRetryable, "Interrupted", ErrorKind::kSystem, "Pod failed.");
    case Fate::kRecoverable: return fails(Result::kRetryable, "USER:Simulated", ErrorKind::kUser, "simulated");
    case Fate::kFatal: return fails(Result::kPermanent, "USER:Simulated", ErrorKind::kUser, "simulated");
    case Fate::kNoOutputs:
      return fails(Result::kRetryable, "OutputsNotFound", ErrorKind::kUnknown, "Outputs not generated");
    case Fate::kOutOfMemory:
      return fails(Result::kRetryable, "OOMKilled", ErrorKind::kUser, primary_decides ? "\r\n[" : "Pod failed.");
    case Fate::kVanishes:
      return fails(Result::kRetryable, "ResourceDeletedExternally", ErrorKind::kSystem, "resource not found");
    case Fate::kNoImage:
      return fails(Result::kRetryable, "ContainersNotReady|ImagePullBackOff", ErrorKind::kUser,
                   "Grace period [3m0s] exceeded");
    case Fate::kHangs: return {Result::kHangs, {}, std::nullopt, TaskPhase::kAborted, {}};
  }
  return {Result::kSuccess, {}, OutputFor(program_, x), TaskPhase::kSucceeded, {}};
}

// When the execution recovers one in which the task had made its workflow, the first try takes that.
Courses::Trial Courses::RunDynamic(const AttemptId& id, const core::TaskTemplate& task, const Place& place,
                                   const core::Literal& x) {
  const OldNode* old = FindOld(place, id.node.node);
  const bool made = id.attempt == 0 && old != nullptr && old->made_workflow;
  Trial container;
  if (!made) container = RunContainer(id, task, x);
  if (container.result != Trial::Result::kSuccess) return container;
  Trial out =
      TrialOf(OfWorkflow(job_.primary(), {place.execution, place.recovers, id.node.node, id.attempt, &job_}, x));
  out.container = container.container;
  return out;
}

Courses::Trial Courses::RunBranch(const AttemptId& id, const core::Node& node, const Place& place,
                                  const core::Literal& x) {
  const auto fails = [](const char* code) {
    return Trial{
        Trial::Result::kPermanent, {{code, ErrorKind::kUser, Cat("[", code, "]")}}, std::nullopt, std::nullopt, {}};
  };
  if (!x.scalar().primitive().has_integer()) return fails("MalformedBranchUserError");
  const core::IfElseBlock& blocks = node.branch_node().if_else();
  const bool holds = blocks.case_().condition().comparison().right_value().scalar().primitive().integer() ==
                     x.scalar().primitive().integer();
  if (!holds && !blocks.has_else_node()) return fails("UserProvidedError");
  const core::Node& choice = holds ? blocks.case_().then_node() : blocks.else_node();
  Course begun;
  begun.id = {place.execution, UniqueNodeId(id.node.node, id.attempt, choice.id())};
  begun.name = choice.id();
  Unfolding scope;
  scope.courses.push_back(
      OfNode(std::move(begun), choice, {place.execution, place.recovers, id.node.node, id.attempt, place.closure}, x));
  const Course& course = scope.courses[0];
  scope.end = Failed(course) ? End::kFailure : course.end;
  scope.errors = course.errors;
  if (course.output) scope.outputs["o0"] = *course.output;
  return TrialOf(std::move(scope));
}

Courses::Trial Courses::RunLaunchPlan(const AttemptId& id, const Place& place, const core::Literal& x) {
  if (!x.scalar().primitive().has_integer())
    return {Trial::Result::kPermanent,
            {{"RuntimeExecutionError", ErrorKind::kUser, "invalid x input wrong type"}},
            std::nullopt,
            std::nullopt,
            {}};
  const OldNode* old = FindOld(place, id.node.node);
  const ExecutionId child{place.execution.project, place.execution.domain, ChildExecutionName(id)};
  Unfolding scope =
      OfWorkflow(child_.primary(), {child, old == nullptr ? std::nullopt : old->child, "", 0, &child_}, x);
  scope.execution = child;
  return TrialOf(std::move(scope));
}

// Items that hang keep their places, so those behind them may never begin.
Courses::Trial Courses::RunItems(const AttemptId& id, const Items& items, const Place& place,
                                 const core::Literal& list) {
  const auto count = static_cast<uint32_t>(list.collection().literals_size());
  const auto needed = static_cast<uint32_t>(std::ceil(items.ratio * count));
  Unfolding scope;
  uint32_t hanging = 0, failed = 0;
  for (uint32_t i = 0; i < count && hanging < items.at_once; ++i) {
    const Course& course =
        scope.courses.emplace_back(OfItem(id, items, place, i, list.collection().literals(static_cast<int>(i))));
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
    core::Literal& outputs = out.output.emplace();
    outputs.mutable_collection();
    for (const Course& course : scope.courses) {
      core::Literal& item = *outputs.mutable_collection()->add_literals();
      course.output ? item.CopyFrom(*course.output) : static_cast<void>(item.mutable_scalar()->mutable_none_type());
    }
  }
  constexpr TaskPhase kPhases[] = {TaskPhase::kSucceeded, TaskPhase::kFailed, TaskPhase::kFailed, TaskPhase::kAborted};
  if (items.task != nullptr) out.container = kPhases[static_cast<int>(out.result)];
  out.inside.push_back(std::move(scope));
  return out;
}

Course Courses::OfItem(const AttemptId& array, const Items& items, const Place& place, uint32_t index,
                       const core::Literal& x) {
  Course course;
  course.name = Cat("n", index);
  course.id = {array.node.execution, items.subtasks ? SubtaskNodeId(array, index)
                                                    : UniqueNodeId(array.node.node, array.attempt, course.name)};
  const NodeExecutionId id = course.id;
  bool told = false;
  course = Repeat(std::move(course), {items.tries_max, Duration::zero(), !items.subtasks}, [&](uint32_t attempt) {
    if (items.task == nullptr) return RunLaunchPlan({id, attempt}, place, x);
    Trial trial = RunContainer({id, attempt}, *items.task, x);
    // The tries of a subtask write to one place: what one said there is taken for the word of the next, when that says
    // nothing.
    const bool silent = trial.result == Trial::Result::kRetryable && trial.errors[0].code == "OutputsNotFound";
    if (items.subtasks && silent && told) trial.errors = {{"USER:Simulated", ErrorKind::kUser, "simulated"}};
    told = told || (trial.result == Trial::Result::kRetryable && trial.errors[0].code == "USER:Simulated");
    return trial;
  });
  if (items.task != nullptr) UseCache(course, *items.task, x);
  return course;
}

}  // namespace sandbox::sim
