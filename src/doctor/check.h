#pragma once

// Checks that are made elsewhere than in doctor.cc, and what all of them are made with. Pure.

#include <string>
#include <utility>
#include <vector>

#include "doctor/doctor.h"

namespace sandbox::doctor {

inline Check Command(Check check, std::string command) {
  check.fix = std::move(command);
  check.fix_is_command = true;
  return check;
}

inline Check Advice(Check check, std::string sentence) {
  check.fix = std::move(sentence);
  return check;
}

Check CheckProxy(const ProxyFound& proxy);
// Of the names that tasks use, and of what is behind them.
std::vector<Check> CheckReach(const ReachFound& reach);

}  // namespace sandbox::doctor
