#pragma once

// The notices that an execution's end causes: protocol/control-plane 8.3. Pure.

#include <vector>

#include "sandbox/model/records.h"
#include "sandbox/ports/notifier.h"

namespace sandbox::notify {

// One notice for each of the execution's notifications that names its phase.
std::vector<Notice> NoticesOf(const model::ExecutionRecord& record);

}  // namespace sandbox::notify
