#pragma once

#include <chrono>

#include "sandbox/ports/loop.h"

namespace sandbox::testing {

class SystemClock : public Clock {
 public:
  Instant Now() override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
};

}  // namespace sandbox::testing
