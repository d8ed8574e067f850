#include "process.h"

namespace sandbox::sim {
namespace {

constexpr size_t kCatchUp = 10'000;  // ticks: all that can be missed

template <typename Tasks>
void RunOne(Tasks& tasks, size_t at) {
  auto task = std::move(tasks[at]);
  tasks.erase(tasks.begin() + static_cast<ptrdiff_t>(at));
  task();
}

}  // namespace

Process::Process(Machine machine, const SimGraph& graph, Bug bug)
    : loop(bug == Bug::kForgetsTimer),
      runner(machine.engine, machine.objects, machine.clock, bug, graph.program, machine.delay),
      clock_(machine.clock),
      admission_(runner, loop, machine.clock, pods::Resources{bug == Bug::kOverbooks ? 0 : kSimCpuMillis, 0}),
      core(executor::ExecutorDeps{loop, workers, workers, machine.clock, machine.store, machine.objects, admission_},
           executor::ExecutorConfig{.boot = machine.boot}),
      registry({.max_parallelism = 0}, machine.store, machine.objects, machine.clock),
      requests({{.max_parallelism = 0}, machine.store, machine.objects, core, machine.clock, entropy_}),
      scheduler_({loop, workers, machine.clock, machine.store,
                  [this](const control::ScheduledTick& tick, std::function<void(Status)> done) {
                    requests.FireSchedule(tick, [done](const auto& created) {
                      done(created ? Status() : std::unexpected(created.error()));
                    });
                  }},
                 {kCatchUp}) {
  admission_.SetWanted([this](const AttemptId& id) { return core.IsLive(id); });
  core.SetLaunchChild(
      [this](const engine::LaunchChild& child, const NodeExecutionId& parent, std::function<void(Status)> done) {
        requests.LaunchChild(child, parent, std::move(done));
      });
  scheduler_.Follow(machine.feed);
}

void Process::Recover() {
  core.Recover([this](const Status&) {
    recovered_ = true;
    scheduler_.Start();
  });
}

bool Process::RunPosted() {
  if (loop.posted.empty()) return false;
  RunOne(loop.posted, 0);
  return true;
}

bool Process::RunWorker(size_t dice) {
  if (workers.tasks.empty()) return false;
  RunOne(workers.tasks, dice % workers.tasks.size());
  return true;
}

bool Process::DeliverReport(size_t dice, bool keep) {
  if (runner.bag.empty()) return false;
  runner.Deliver(dice % runner.bag.size(), keep);
  return true;
}

bool Process::FireTimer() { return loop.FireTimer(clock_.now); }

}  // namespace sandbox::sim
