#pragma once

// Whether containers reach the sandbox, tried from one. Blocks.

#include <string>
#include <vector>

#include "doctor/doctor.h"
#include "doctor/reach.h"
#include "runner/trial.h"

namespace sandbox::app {

// In one of the images, by reference: the first that can try it. Over in half a minute at most.
doctor::ReachFound TryReach(runner::Trial& trial, const std::vector<std::string>& images,
                            const doctor::TaskPorts& ports);

}  // namespace sandbox::app
