#pragma once

// How nodes go when nothing interrupts them: part of the oracle.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flyteidl/core/compiler.pb.h"
#include "oracle.h"

namespace sandbox::sim {

enum class End {
  kSuccess,
  kFailure,
  kTimedOut,  // the node's own time is over: it is not tried again
  kHangs,     // until the time-out of what it is inside of
  kSkipped,
};

struct Unfolding;

struct Course {
  NodeExecutionId id;
  std::string name;  // as the workflow has it
  End end = End::kSuccess;
  bool recovered = false;
  std::optional<model::NodeRecord> retells;  // its row in the execution that is recovered
  std::vector<Course> retold;                // of what was inside of it there
  uint32_t attempts = 0;
  uint32_t late = 0;            // how many time-outs have passed at its end, on the longest way to it
  std::set<std::string> after;  // names of the nodes that ended before it began
  std::vector<ExpectedError> errors;
  std::optional<flyteidl::core::Literal> output;
  std::map<uint32_t, model::TaskPhase> tries;
  bool cached = false;
  std::string cache_key;          // of a cached one
  std::vector<Unfolding> inside;  // one for each try that had an inside
};

// A workflow that runs, or the items of an array.
struct Unfolding {
  std::optional<ExecutionId> execution;  // it is the whole of this one
  std::vector<Course> courses;           // of the nodes that begin, and those that are skipped
  std::vector<Course> failure_node;      // none or one
  End end = End::kSuccess;
  std::vector<ExpectedError> errors;
  std::vector<std::string>
      first_failures;  // any of these may come first and end the others; empty: all come to their end
  std::map<std::string, flyteidl::core::Literal> outputs;

  const Course& Find(const std::string& name) const;
};

inline bool Failed(const Course& course) { return course.end == End::kFailure || course.end == End::kTimedOut; }

// Who asks the cache for the same.
struct CacheUse {
  uint32_t users = 0;
  uint32_t failures = 0;
};
using CacheUses = std::map<std::string, CacheUse>;

class Courses {
 public:
  explicit Courses(const Question& question);

  Unfolding OfExecution();
  const CacheUses& Uses() const { return uses_; }

 private:
  // Where a workflow runs.
  struct Place {
    ExecutionId execution;
    std::optional<ExecutionId> recovers;
    std::string parent;  // unique id of the node that it is inside of; empty: none
    uint32_t attempt = 0;
    const flyteidl::core::CompiledWorkflowClosure* closure = nullptr;
  };
  // One try of a node.
  struct Trial {
    enum class Result { kSuccess, kRetryable, kPermanent, kHangs } result = Result::kSuccess;
    std::vector<ExpectedError> errors;
    std::optional<flyteidl::core::Literal> output;
    std::optional<model::TaskPhase> container;  // how it ended, if there was one
    std::vector<Unfolding> inside;
  };
  using Try = std::function<Trial(uint32_t attempt)>;
  struct Rules {
    uint32_t tries_max = 1;
    Duration timeout{};  // zero: none
    bool wraps = true;   // the last failure is told as the end of its retries
  };
  // Of an array node or a map task.
  struct Items {
    const flyteidl::core::TaskTemplate* task = nullptr;  // null: each item is an execution of the child workflow
    bool subtasks = false;                               // of a map task: they share its name
    uint32_t tries_max = 1;
    uint32_t at_once = UINT32_MAX;
    double ratio = 1;
  };

  static Rules RulesOf(const flyteidl::core::Node& node);
  static Trial TrialOf(Unfolding scope);
  Course Repeat(Course course, const Rules& rules, const Try& attempt) const;

  Unfolding OfWorkflow(const flyteidl::core::CompiledWorkflow& workflow, const Place& place,
                       const flyteidl::core::Literal& x);
  void EndWorkflow(const flyteidl::core::CompiledWorkflow& workflow, bool goes_on, Unfolding& scope,
                   const flyteidl::core::Literal& x) const;
  void RunFailureNode(const flyteidl::core::Node& node, const Place& place, const flyteidl::core::Literal& x,
                      Unfolding& scope);
  Course OfNode(Course course, const flyteidl::core::Node& node, const Place& place, const flyteidl::core::Literal& x);
  Course OfTask(Course course, const flyteidl::core::Node& node, const flyteidl::core::TaskTemplate& task,
                const Place& place, const flyteidl::core::Literal& x);
  Course OfItem(const AttemptId& array, const Items& items, const Place& place, uint32_t index,
                const flyteidl::core::Literal& x);
  Trial RunContainer(const AttemptId& id, const flyteidl::core::TaskTemplate& task,
                     const flyteidl::core::Literal& x) const;
  Trial RunDynamic(const AttemptId& id, const flyteidl::core::TaskTemplate& task, const Place& place,
                   const flyteidl::core::Literal& x);
  Trial RunBranch(const AttemptId& id, const flyteidl::core::Node& node, const Place& place,
                  const flyteidl::core::Literal& x);
  Trial RunLaunchPlan(const AttemptId& id, const Place& place, const flyteidl::core::Literal& x);
  Trial RunItems(const AttemptId& id, const Items& items, const Place& place, const flyteidl::core::Literal& list);
  void UseCache(Course& course, const flyteidl::core::TaskTemplate& task, const flyteidl::core::Literal& x);
  const OldNode* FindOld(const Place& place, const std::string& node) const;
  Course Retell(Course course, const OldNode& old) const;

  const Question& question_;
  const Program& program_;
  const flyteidl::core::CompiledWorkflowClosure child_;
  const flyteidl::core::CompiledWorkflowClosure job_;
  CacheUses uses_;
};

}  // namespace sandbox::sim
