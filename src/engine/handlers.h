#pragma once

// What the engine does with a node of each kind, turn by turn. A kind is an enumerator of NodeKind and one file that
// defines its handler; a handler without one of the functions does not compile, and neither does a kind without a
// handler.

#include <string>

#include "sandbox/engine/run.h"

namespace sandbox::engine {

class Stepper;

struct NodeHandler {
  // The nodes before it have ended. Stepper::Begin says whether it begins now; until it does it has no row.
  void (&start)(Stepper& step, uint32_t index);
  // Its start as an item of an array, which counts for it. Its inputs are there.
  void (&start_item)(Stepper& step, uint32_t index);
  // Another try, of which the row has the number.
  void (&retry)(Stepper& step, uint32_t index);
  // After a restart, of one that runs: the scope that it had opened, from its row. No other node is looked at.
  void (&reopen)(Run& run, uint32_t index, const StoredRun& stored);
  // After a restart, when all are there again: does again what may not have been done, which finds what was done.
  void (&resume)(Stepper& step, uint32_t index);
  // When it wants to be woken besides its time-outs. Instant{}: never.
  Instant (&wake_at)(const Stepper& step, uint32_t index);
  // That instant has come, or a time-out's (Stepper::TimeOut).
  void (&wake)(Stepper& step, uint32_t index);
  // What its current try does is to end; the node itself goes on to whatever comes after.
  void (&abort)(Stepper& step, uint32_t index, const std::string& reason);
  // What it had opened ends well or, of a branch or an array, in any way: its choice, an item, its end-node.
  void (&end)(Stepper& step, uint32_t index, uint32_t inside);
  // Whether it counts for max_parallelism while it runs. False when the nodes inside of it do.
  bool (&counts)(const Run& run, uint32_t index);
  // What it waits for while it runs and has asked for nothing.
  model::NodeWait (&waits)(const Run& run, uint32_t index);
};

// One each, in the file of the kind.
extern const NodeHandler kStartNodes;        // start_end.cc
extern const NodeHandler kEndNodes;          // start_end.cc
extern const NodeHandler kTaskNodes;         // tasks.cc
extern const NodeHandler kSubWorkflowNodes;  // sub_workflows.cc
extern const NodeHandler kLaunchPlanNodes;   // children.cc
extern const NodeHandler kBranchNodes;       // branches.cc
extern const NodeHandler kGateNodes;         // gates.cc
extern const NodeHandler kArrayNodes;        // arrays.cc
extern const NodeHandler kUnknownNodes;      // handlers.cc

const NodeHandler& HandlerOf(NodeKind kind);
const NodeHandler& HandlerOf(const Run& run, uint32_t index);

// What several kinds have in common.
namespace common {
void RefuseItem(Stepper& step, uint32_t index);  // cannot be an item
void NeverRetry(Stepper& step, uint32_t index);  // has one try
void OpensNothing(Run& run, uint32_t index, const StoredRun& stored);
void Resume(Stepper& step, uint32_t index);  // finds its inputs and its deadline again
Instant NeverWakes(const Stepper& step, uint32_t index);
void Wake(Stepper& step, uint32_t index);  // has no timer but its time-outs
void AbortNothing(Stepper& step, uint32_t index, const std::string& reason);
void AbortInside(Stepper& step, uint32_t index, const std::string& reason);  // its attempt, and the scope it opened
void NothingEnds(Stepper& step, uint32_t index, uint32_t inside);
bool Counts(const Run& run, uint32_t index);
bool CountsNot(const Run& run, uint32_t index);
model::NodeWait WaitsForNothing(const Run& run, uint32_t index);
model::NodeWait WaitsForInside(const Run& run, uint32_t index);
}  // namespace common

}  // namespace sandbox::engine
