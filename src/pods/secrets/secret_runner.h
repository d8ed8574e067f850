#pragma once

// A runner that gives pods the values of the secrets they ask for, then leaves them to another runner. A pod whose
// secrets are missing is told which, which ends its attempt.
//
// Thread: as ContainerRunner; values are read on a worker.

#include <memory>
#include <set>

#include "pods/runner_wrapper.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/secret_store.h"

namespace sandbox::pods {

class SecretRunner final : public RunnerWrapper {
 public:
  // References outlive this and whatever the workers still run.
  SecretRunner(ContainerRunner& inner, SecretStore& store, Loop& loop, Workers& workers, Clock& clock)
      : RunnerWrapper(inner), store_(store), loop_(loop), workers_(workers), clock_(clock) {}

  void Start(PodSpec spec) override;
  void Stop(const AttemptId& id, Duration grace) override;
  void Release(const AttemptId& id) override;

 private:
  void OnResolved(std::shared_ptr<PodSpec> spec, const Result<SecretValues>& values);

  SecretStore& store_;
  Loop& loop_;
  Workers& workers_;
  Clock& clock_;
  std::set<AttemptId> pending_;  // values are being read
};

}  // namespace sandbox::pods
