#include <algorithm>

#include "runner/impl.h"
#include "sandbox/base/log.h"
#include "sandbox/base/names.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr Duration kSweepRetry = 2s;
constexpr std::chrono::seconds kStopGrace{5};

}  // namespace

void DockerRunner::Impl::Sweep(const std::vector<AttemptId>& alive) {
  std::set<std::string> names;
  for (const AttemptId& id : alive) names.insert(GeneratedName(id));
  Spawn("sweep", RunSweep(shared_from_this(), std::move(names)));
}

// Containers that are younger than the grace may belong to a create that is still on its way: they get a second look,
// and only they.
asio::awaitable<void> DockerRunner::Impl::RunSweep(Self self, std::set<std::string> alive) {
  static_cast<void>(self);
  const Instant began = Now();
  std::set<std::string> young;
  for (bool second_look = false; !closed_;) {
    auto listed = co_await client_.List(Cat(kInstanceLabel, "=", options_.instance));
    if (!listed) {
      if (!closed_) co_await closing_.WaitFor(kSweepRetry);
      continue;
    }
    std::vector<std::string> ids;
    for (const docker::ContainerSummary& container : *listed) {
      const auto pod = container.labels.find(kPodLabel);
      const std::string name = pod == container.labels.end() ? container.name : pod->second;
      if (Owned(alive, name) || closed_ || (second_look && !young.contains(container.id))) continue;
      if (!second_look && container.created_at + options_.creation_grace > began) {
        young.insert(container.id);
      } else {
        co_await StopSwept(container);
        ids.push_back(container.id);
      }
    }
    if (const Status removed = co_await client_.RemoveAll(std::move(ids)); !removed)
      Log(LogLevel::kWarning, "runner", Cat("removing what no attempt owns: ", removed.error().message));
    if (second_look || young.empty()) co_return co_await SweepVolumes(alive);
    second_look = true;
    co_await closing_.WaitFor(options_.creation_grace);
  }
}

bool DockerRunner::Impl::Owned(const std::set<std::string>& alive, const std::string& pod) const {
  return alive.contains(pod) ||
         std::any_of(pods_.begin(), pods_.end(), [&](const auto& each) { return each.second->spec.name == pod; });
}

asio::awaitable<void> DockerRunner::Impl::SweepVolumes(const std::set<std::string>& alive) {
  const auto listed = co_await client_.ListVolumes(Cat(kInstanceLabel, "=", options_.instance));
  if (!listed) co_return;
  for (const docker::VolumeSummary& each : *listed) {
    const auto pod = each.labels.find(kPodLabel);
    if (closed_ || (pod != each.labels.end() && Owned(alive, pod->second))) continue;
    if (const Status removed = co_await client_.RemoveVolume(each.name); !removed) {
      Log(LogLevel::kWarning, "runner", Cat("removing volume ", each.name, ": ", removed.error().message));
    }
  }
}

asio::awaitable<void> DockerRunner::Impl::StopSwept(docker::ContainerSummary container) {
  Log(LogLevel::kInfo, "runner",
      Cat("removing container ", container.name, " (", container.state, "), which no attempt owns"));
  if (container.state == "running" || container.state == "paused")
    static_cast<void>(co_await client_.Stop(container.id, kStopGrace));
}

}  // namespace sandbox::runner
