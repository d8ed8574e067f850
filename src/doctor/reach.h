#pragma once

// What a container is asked to try, and what its output says. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "doctor/doctor.h"

namespace sandbox::doctor {

// The ports by which task containers reach the sandbox.
struct TaskPorts {
  uint16_t platform = 0, objects = 0;
};

// Over in about five seconds, whatever the network does. It needs `sh`, and Python, bash or nc.
std::vector<std::string> ReachCommand(const TaskPorts& ports);

// Of what it printed: kTried, or kNoTool where it did not come to its end.
ReachFound ReadReach(const std::string& output, const TaskPorts& ports);

}  // namespace sandbox::doctor
