#pragma once

#include <functional>

#include "sandbox/base/error.h"

namespace sandbox {

// The answer of what is done elsewhere: called once, on any thread.
template <typename Response>
using Reply = std::function<void(Result<Response>)>;

}  // namespace sandbox
