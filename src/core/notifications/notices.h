#pragma once

// Who is to be told about the end of an execution: protocol/control-plane 8.3. Pure.

#include <vector>

#include "sandbox/model/records.h"
#include "sandbox/ports/notifier.h"

namespace sandbox::core {

// One for each of the execution's notifications that names its phase.
std::vector<Notice> NoticesOf(const model::ExecutionRecord& record);

}  // namespace sandbox::core
