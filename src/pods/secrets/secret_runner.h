#pragma once

// A runner that gives pods the values of the secrets they ask for, then leaves them to another runner. A pod whose
// secrets are missing waits with reason MissingSecret or BadTaskFormat, which ends its attempt.
//
// Thread: as ContainerRunner; values are read on a worker.

#include <memory>
#include <set>

#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/secret_store.h"

namespace sandbox::pods {

class SecretRunner final : public ContainerRunner {
 public:
  // References outlive this and whatever the workers still run.
  SecretRunner(ContainerRunner& inner, SecretStore& store, Loop& loop, Workers& workers, Clock& clock)
      : inner_(inner), store_(store), loop_(loop), workers_(workers), clock_(clock) {}

  void OnReport(std::function<void(PodReport)> callback) override;
  void Start(PodSpec spec) override;
  void Stop(const AttemptId& id, Duration grace) override;
  void Release(const AttemptId& id) override;
  void Sweep(const std::vector<AttemptId>& alive) override { inner_.Sweep(alive); }

 private:
  void OnResolved(std::shared_ptr<PodSpec> spec, const Result<SecretValues>& values);

  ContainerRunner& inner_;
  SecretStore& store_;
  Loop& loop_;
  Workers& workers_;
  Clock& clock_;
  std::function<void(PodReport)> on_report_;
  std::set<AttemptId> pending_;  // values are being read
};

}  // namespace sandbox::pods
