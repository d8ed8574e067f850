#pragma once

// Delivers notices that an execution has ended.
//
// Thread: any; returns at once. What cannot be delivered is logged: nothing waits for a notice.

#include <string>
#include <vector>

#include "sandbox/base/ids.h"

namespace sandbox {

struct Notice {
  std::string kind;                     // "email", "slack", "pager_duty"
  std::vector<std::string> recipients;  // addresses
  ExecutionId execution;
  std::string phase;  // "SUCCEEDED"
  std::string workflow;
  std::string launch_plan;
  std::string error;  // of a failed execution; the cause of an aborted one
  std::string subject;
  std::string body;  // plain text
};

class Notifier {
 public:
  virtual ~Notifier() = default;
  virtual void Notify(Notice notice) = 0;
};

}  // namespace sandbox
