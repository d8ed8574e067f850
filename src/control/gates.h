#pragma once

// The gates of a workflow that wait for signals. Pure.

#include <string>
#include <vector>

#include "flyteidl/core/compiler.pb.h"

namespace sandbox::control {

struct Gate {
  std::string signal_id;
  std::string node_id;  // as the workflow has it
  std::string type;     // of the value, in words
};

// Those of its sub-workflows and branches too, in the workflow's order. Gates that only sleep have no signal.
std::vector<Gate> FindGates(const flyteidl::core::CompiledWorkflowClosure& workflow);

}  // namespace sandbox::control
