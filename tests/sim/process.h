#pragma once

// What dies in a crash: the core and the use cases, wired as the platform wires them, on a fake loop.

#include <memory>
#include <string>

#include "executor/executor.h"
#include "fake_runner.h"
#include "feed/feed.h"
#include "graphs.h"
#include "pods/admission/admission_runner.h"
#include "sandbox/control/requests.h"
#include "sandbox/registry/registry.h"
#include "schedules/scheduler.h"
#include "store/sync_store.h"

namespace sandbox::sim {

// What outlives a process. References outlive the process.
struct Machine {
  FakeClock& clock;
  FakeEngine& engine;
  FakeObjects& objects;
  MetadataStore& store;
  feed::Feed& feed;                 // which the store tells of its commits
  std::function<Duration()> delay;  // of what a container does next
  std::string boot;
};

class Process {
 public:
  Process(Machine machine, const SimGraph& graph, Bug bug);
  // Continues what is stored, then fires schedules.
  void Recover();
  bool Recovered() const { return recovered_; }

  // One thing that is due happens: the first posted task, a worker's task, a report or a timer; false when there is
  // none of that kind.
  bool RunPosted();
  bool RunWorker(size_t dice);
  bool DeliverReport(size_t dice, bool keep);
  bool FireTimer();
  // Nothing is under way.
  bool Idle() const { return loop.posted.empty() && workers.tasks.empty() && runner.bag.empty(); }

  FakeLoop loop;
  FakeWorkers workers;
  FakeRunner runner;

 private:
  class NoEntropy final : public Entropy {
   public:
    uint64_t Next() override { return 4; }
  };

  FakeClock& clock_;
  pods::AdmissionRunner admission_;
  NoEntropy entropy_;

 public:
  executor::Executor core;
  registry::Registry registry;
  control::Requests requests;

 private:
  schedules::Scheduler scheduler_;
  bool recovered_ = false;
};

}  // namespace sandbox::sim
