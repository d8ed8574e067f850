#pragma once

// What the engine keeps of a node that runs beyond what the node's row tells, and what a node waits for.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sandbox/base/time.h"

namespace sandbox::model {

// What a restart needs to know, by the kind of the node. Nodes of other kinds, and nodes that have ended, keep nothing.
struct TaskState {
  // Since when the image or the container of the current attempt's pod cannot be had. Zero: nothing is wrong with it.
  Instant unobtainable_since{};
  bool operator==(const TaskState&) const = default;
};
struct BranchState {
  std::string choice;  // the node that was chosen, as the workflow has it
  bool operator==(const BranchState&) const = default;
};
struct ArrayState {
  uint32_t items = 0;  // of an array node or a map task
  bool operator==(const ArrayState&) const = default;
};
// Stored by the place of the alternative: new ones are added at the end.
using NodeState = std::variant<std::monostate, TaskState, BranchState, ArrayState>;

// What has to happen before anything else happens with a node. What keeps a pod from running is the pod's to tell.
// Stored by value.
enum class NodeWait {
  kNothing = 0,  // it has ended, or goes on at once
  kUpstream = 1,
  kParallelism = 2,
  kInputs = 3,
  kCatalog = 4,
  kReservation = 5,
  kPod = 6,
  kConnector = 7,
  kResult = 8,
  kCompilation = 9,
  kInside = 10,
  kChild = 11,
  kSignal = 12,
  kApproval = 13,
  kSleep = 14,
};
std::string_view WaitCode(NodeWait wait);  // "UPSTREAM"; empty for kNothing
std::string_view Sentence(NodeWait wait);  // "waits for the nodes before it"; empty for kNothing

}  // namespace sandbox::model
