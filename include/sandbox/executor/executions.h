#pragma once

// The running executions: what the API asks of the executor.
//
// Thread: every method may be called on any thread; the executor copies and posts to its loop. `done` is called on the
// loop or a thread of the store, after what it reports is durable.

#include <functional>
#include <memory>
#include <string>

#include "sandbox/base/error.h"
#include "sandbox/engine/plan.h"
#include "sandbox/model/records.h"

namespace sandbox {
class MetadataWriter;
}

namespace sandbox::executor {

struct LaunchRequest {
  // Complete but for row and the fields that only the executor changes. `workflow` names what `plan` is made of, so
  // that a restart can load it again from the registry.
  model::ExecutionRecord record;
  std::shared_ptr<const engine::Plan> plan;
  // What belongs into the same commit (the wrapper of a single-task launch), or forbids it; may be empty.
  std::function<Status(MetadataWriter&)> also;
};

// The rows of a launch. ALREADY_EXISTS when the name is taken: EXECUTION_TAG_EXISTS when the execution that has it
// shares a tag, else EXECUTION_EXISTS. An error of `also` is the answer, too. After an error the caller's commit must
// be undone.
Status StoreLaunch(MetadataWriter& writer, const LaunchRequest& request);

class Executions {
 public:
  virtual ~Executions() = default;

  // Success: the execution is stored and will run. A record that has a terminal phase already (the reference's engine
  // would not take it) is only stored. Errors: those of StoreLaunch, and nothing is stored.
  virtual void Launch(LaunchRequest request, std::function<void(Status)> done) = 0;

  // Records cause and ABORTING, then stops what runs. NOT_FOUND and FAILED_PRECONDITION (with the detail
  // EventFailureReason.already_in_terminal_state) as in protocol/control-plane 5.5. ABORTING: the cause is replaced.
  virtual void Terminate(const ExecutionId& id, std::string cause, std::function<void(Status)> done) = 0;

  // A signal got a value: wakes the gate that waits for it.
  virtual void SignalSet(const ExecutionId& id, std::string signal_id) = 0;
};

}  // namespace sandbox::executor
