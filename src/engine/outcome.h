#pragma once

// From a pod's end and what it wrote to the attempt's outcome: protocol/execution-engine 3.8 and 3.9. Pure.

#include <string>
#include <string_view>

#include "sandbox/engine/run.h"

namespace sandbox::engine {

struct Outcome {
  enum class Kind {
    kSuccess,
    kRetryable,  // counts against the user's or the system's budget, by the error's kind
    kPermanent,
    kBroken,  // its result cannot be read at all: the execution fails
  } kind = Kind::kSuccess;
  model::ExecutionError error;
};

Outcome Retryable(model::ErrorKind kind, std::string code, std::string message);
Outcome Permanent(model::ErrorKind kind, std::string code, std::string message);

// The end that alone says how the pod ended: its primary's, where the primary decides and ran. Upstream finds the pod
// either with its primary ended or failed as a whole, by chance when the primary ran for less than a second; here such
// a primary always decides: docs/compatibility.md.
const ContainerEnd* DecidingEnd(const PodSpec& pod, const PodReport& report);
// The outcome of a pod that ended. kSuccess: the result is still to be read.
Outcome ClassifyPod(const PodSpec& pod, const PodReport& report);
// The outcome of a pod whose wait is hopeless; `waited`: how long its image or container could not be had.
std::optional<Outcome> ClassifyWait(const PodSpec& pod, const PodReport& report, Duration waited, Duration grace);
// The task event's reason for a pod that waits.
std::string ReasonText(const PodSpec& pod, const PodReport& report);

// `prefix` is the attempt's output prefix. On success `outputs` is set when the task declares some.
Outcome ClassifyObjects(const AttemptObjects& objects, const std::string& prefix, bool declares_outputs,
                        uint64_t bytes_max, Literals& outputs);

// "output file @[uri] is too large [..] bytes, max allowed [..] bytes".
std::string TooLarge(std::string_view what, const std::string& uri, uint64_t size, uint64_t bytes_max);

// protocol/execution-engine 2.8: whether there is another attempt, and the final error when there is none.
struct RetryDecision {
  bool retry = false;
  bool system = false;          // counts as a system failure
  model::ExecutionError error;  // final
};
RetryDecision DecideRetry(const Outcome& outcome, uint32_t attempts, uint32_t system_failures, uint32_t attempts_max);

inline constexpr uint32_t kSystemRetriesMax = 3;

}  // namespace sandbox::engine
