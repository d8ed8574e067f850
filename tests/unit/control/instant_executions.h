#pragma once

#include "sandbox/executor/executions.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::testing {

// A core that runs nothing: an execution has succeeded as soon as it is launched, one with a gate waits there until it
// is terminated.
class InstantExecutions : public executor::Executions {
 public:
  InstantExecutions(MetadataStore& store, Clock& clock) : store_(store), clock_(clock) {}

  void Launch(executor::LaunchRequest request, std::function<void(Status)> done) override;
  void Terminate(const ExecutionId& id, std::string cause, std::function<void(Status)> done) override;
  void SignalSet(const ExecutionId&, std::string) override {}

 private:
  MetadataStore& store_;
  Clock& clock_;
};

}  // namespace sandbox::testing
