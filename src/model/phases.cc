#include <string_view>

#include "sandbox/model/records.h"

namespace sandbox::model {

std::string_view PhaseName(ExecutionPhase phase) {
  switch (phase) {
    case ExecutionPhase::kUndefined: return "UNDEFINED";
    case ExecutionPhase::kQueued: return "QUEUED";
    case ExecutionPhase::kRunning: return "RUNNING";
    case ExecutionPhase::kSucceeding: return "SUCCEEDING";
    case ExecutionPhase::kSucceeded: return "SUCCEEDED";
    case ExecutionPhase::kFailing: return "FAILING";
    case ExecutionPhase::kFailed: return "FAILED";
    case ExecutionPhase::kAborted: return "ABORTED";
    case ExecutionPhase::kTimedOut: return "TIMED_OUT";
    case ExecutionPhase::kAborting: return "ABORTING";
  }
  return "UNDEFINED";
}

std::string_view PhaseName(NodePhase phase) {
  switch (phase) {
    case NodePhase::kUndefined: return "UNDEFINED";
    case NodePhase::kQueued: return "QUEUED";
    case NodePhase::kRunning: return "RUNNING";
    case NodePhase::kSucceeded: return "SUCCEEDED";
    case NodePhase::kFailing: return "FAILING";
    case NodePhase::kFailed: return "FAILED";
    case NodePhase::kAborted: return "ABORTED";
    case NodePhase::kSkipped: return "SKIPPED";
    case NodePhase::kTimedOut: return "TIMED_OUT";
    case NodePhase::kDynamicRunning: return "DYNAMIC_RUNNING";
    case NodePhase::kRecovered: return "RECOVERED";
  }
  return "UNDEFINED";
}

std::string_view PhaseName(TaskPhase phase) {
  switch (phase) {
    case TaskPhase::kUndefined: return "UNDEFINED";
    case TaskPhase::kQueued: return "QUEUED";
    case TaskPhase::kRunning: return "RUNNING";
    case TaskPhase::kSucceeded: return "SUCCEEDED";
    case TaskPhase::kAborted: return "ABORTED";
    case TaskPhase::kFailed: return "FAILED";
    case TaskPhase::kInitializing: return "INITIALIZING";
    case TaskPhase::kWaitingForResources: return "WAITING_FOR_RESOURCES";
    case TaskPhase::kRetryableFailed: return "RETRYABLE_FAILED";
  }
  return "UNDEFINED";
}

bool IsTerminal(ExecutionPhase phase) {
  return phase == ExecutionPhase::kSucceeded || phase == ExecutionPhase::kFailed || phase == ExecutionPhase::kAborted ||
         phase == ExecutionPhase::kTimedOut;
}

bool IsTerminal(NodePhase phase) {
  return phase == NodePhase::kSucceeded || phase == NodePhase::kFailed || phase == NodePhase::kAborted ||
         phase == NodePhase::kSkipped || phase == NodePhase::kTimedOut || phase == NodePhase::kRecovered;
}

bool IsTerminal(TaskPhase phase) {
  return phase == TaskPhase::kSucceeded || phase == TaskPhase::kFailed || phase == TaskPhase::kAborted;
}

}  // namespace sandbox::model
