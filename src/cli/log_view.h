#pragma once

// Logs of pods as `logs` prints them.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/client.h"
#include "cli/context.h"
#include "cli/target.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

struct LogsWanted {
  bool follow = false;
  int64_t since_ms = 0;  // since 1970; 0: from the first line on
  int tail = -1;         // of what is there already so many of the last lines; -1: all

  bool All() const { return since_ms == 0 && tail < 0; }
};

// Of one pod, `pod` as PodsIn or Client::Pods has it. Followed until the pod ends.
Status PrintLog(const Context& context, Client& client, const nlohmann::json& pod, const LogsWanted& wanted);

// Of every pod of an execution by time, each line behind its node's name, on a terminal in its colour. Followed until
// the execution ends. `tree` is the execution's; what it launched has logs of its own.
Status PrintAllLogs(const Context& context, Client& client, const Target& target, const LogsWanted& wanted);

}  // namespace sandbox::cli
