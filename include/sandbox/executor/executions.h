#pragma once

// The running executions: what the API asks of the core.
//
// Thread: every method may be called on any thread; the core copies and posts to its loop. `done` is called on the loop
// or the writer thread, after what it reports is durable.

#include <functional>
#include <memory>
#include <string>

#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/model/records.h"

namespace sandbox {
class MetadataWriter;
}

namespace sandbox::executor {

struct LaunchRequest {
  // Complete but for row and the fields that only the core changes. `workflow` names what `compiled` is, so that a
  // restart can load it again from the registry.
  model::ExecutionRecord record;
  std::shared_ptr<const flyteidl::core::CompiledWorkflowClosure> compiled;
  // Rows to store in the same commit, before the execution (the wrapper of a single-task launch); may be empty.
  std::function<Status(MetadataWriter&)> also;
};

class Executions {
 public:
  virtual ~Executions() = default;

  // ALREADY_EXISTS with the reference's text when the name is taken. Success: the execution is stored and will run. A
  // record that has a terminal phase already (the reference's engine would not take it) is only stored. An error of
  // `also` is the answer, and nothing is stored.
  virtual void Launch(LaunchRequest request, std::function<void(Status)> done) = 0;

  // Records cause and ABORTING, then stops what runs. NOT_FOUND and FAILED_PRECONDITION (with the detail
  // EventFailureReason.already_in_terminal_state) as in protocol/control-plane 5.5. ABORTING: the cause is replaced.
  virtual void Terminate(const ExecutionId& id, std::string cause, std::function<void(Status)> done) = 0;

  // A signal got a value: wakes the gate that waits for it.
  virtual void SignalSet(const ExecutionId& id, std::string signal_id) = 0;
};

}  // namespace sandbox::executor
