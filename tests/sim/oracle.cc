#include "oracle.h"

#include <algorithm>

#include "courses.h"

namespace sandbox::sim {
namespace {

using model::ExecutionPhase;
using model::NodePhase;

NodePhase PhaseOf(const Course& course) {
  switch (course.end) {
    case End::kSuccess: return course.recovered ? NodePhase::kRecovered : NodePhase::kSucceeded;
    case End::kFailure: return NodePhase::kFailed;
    case End::kTimedOut: return NodePhase::kTimedOut;
    case End::kHangs: return NodePhase::kAborted;
    case End::kSkipped: return NodePhase::kSkipped;
  }
  return NodePhase::kUndefined;
}

ExecutionPhase PhaseOf(const Unfolding& scope) {
  switch (scope.end) {
    case End::kSuccess: return ExecutionPhase::kSucceeded;
    case End::kHangs: return ExecutionPhase::kAborted;
    default: return ExecutionPhase::kFailed;
  }
}

// Writes down what a course means for rows.
class Ledger {
 public:
  Ledger(const Question& question, const CacheUses& uses)
      : warm_(question.cache_is_warm), overwrites_(question.graph.overwrite), uses_(uses) {}
  Expected Take() { return std::move(out_); }

  void Enter(const Unfolding& scope, bool certain) {
    if (scope.execution) {
      // An execution whose end-node is taken over has no outputs.
      const bool silent = scope.end == End::kSuccess && scope.Find("end-node").recovered;
      out_.executions[*scope.execution] = {certain, PhaseOf(scope), scope.errors,
                                           silent ? std::map<std::string, flyteidl::core::Literal>() : scope.outputs};
    }
    for (const Course& course : scope.courses) Enter(course, certain && IsCertain(scope, course));
    for (const Course& course : scope.failure_node) Enter(course, certain);
  }

 private:
  void Enter(const Course& course, bool certain) {
    const bool may_hit = course.cached && !overwrites_ && (warm_ || uses_.at(course.cache_key).users > 1);
    ExpectedNode& node = out_.nodes[course.id];
    node = {certain,       PhaseOf(course), course.attempts, course.cached, may_hit,
            course.errors, course.output,   course.tries,    course.retells};
    for (const Course& told : course.retold) Enter(told, certain);
    for (const Unfolding& inside : course.inside) Enter(inside, certain && !may_hit);
  }

  // Where the first failure ends everything, only what ended before it, or led to it, is sure to have ended.
  static bool IsCertain(const Unfolding& scope, const Course& course) {
    if (scope.first_failures.empty()) return true;
    const auto precedes = [&](const std::string& failed) {
      return course.name == failed || scope.Find(failed).after.contains(course.name);
    };
    return course.late < scope.Find(scope.first_failures[0]).late ||
           std::ranges::all_of(scope.first_failures, precedes);
  }

  const bool warm_, overwrites_;
  const CacheUses& uses_;
  Expected out_;
};

}  // namespace

bool Expected::Decides(const ExecutionId& id) const {
  if (!unknown.empty() || executions.at(id).errors.size() > 1) return false;
  return std::ranges::all_of(nodes,
                             [&id](const auto& entry) { return entry.first.execution != id || entry.second.certain; });
}

Expected Foretell(const Question& question) {
  if (question.graph.racing) return {"its time-outs race with what they limit", {}, {}};
  Courses courses(question);
  const Unfolding scope = courses.OfExecution();
  // A failure may be spared by what another one put into the cache.
  for (const auto& [key, uses] : courses.Uses()) {
    if (!question.graph.overwrite && uses.failures > 0 && (uses.users > 1 || question.cache_is_warm))
      return {"a failure may be spared by the cache", {}, {}};
  }
  Ledger ledger(question, courses.Uses());
  ledger.Enter(scope, true);
  return ledger.Take();
}

}  // namespace sandbox::sim
