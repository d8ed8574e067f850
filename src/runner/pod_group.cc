// Pods of several containers: init containers one after the other, then the primary, then the others in its network.

#include <algorithm>

#include "runner/impl.h"
#include "runner/spawn.h"

namespace sandbox::runner {
namespace {

namespace asio = boost::asio;

constexpr char kPrimaryAnnotation[] = "primary_container_name";
constexpr Duration kSidecarGrace = std::chrono::seconds(5);

// Container names come from users' pod templates, and become names of files and of containers.
std::string MemberName(const PodSpec& pod, const ContainerSpec& container) {
  std::string name = pod.name + "-" + container.name;
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'); },
      '-');
  return name;
}

// Containers that are neither the primary nor ran before it.
bool OthersRun(const Pod& leader) {
  const PodSpec& spec = leader.spec;
  size_t others = 0;
  for (size_t i = 0; i < spec.containers.size(); ++i) others += i != spec.primary && !spec.containers[i].init ? 1 : 0;
  const auto over = std::ranges::count_if(leader.members, [](const PodPtr& member) {
    return member->over && !member->spec.containers[member->spec.primary].init;
  });
  return static_cast<size_t>(over) < others;
}

void Collect(const Pod& pod, std::vector<ContainerEnd>& ends) {
  for (const ContainerEnd& end : pod.last_report.containers) ends.push_back(end);
}

}  // namespace

PodPtr DockerRunner::Impl::AddMember(const PodPtr& leader, size_t index) const {
  PodSpec spec = leader->spec;
  spec.primary = index;
  spec.files.reset();
  PodPtr member = NewPod(spec, MemberName(spec, spec.containers[index]));
  member->leader = leader;
  member->quiet = true;
  member->stop = leader->stop;
  member->grace = leader->grace;
  leader->members.push_back(member);
  return member;
}

// Finished: with the annotation `primary_container_name` the primary's end is the pod's, and the others are stopped;
// else all must end.
asio::awaitable<PodReport> DockerRunner::Impl::BringGroupToEnd(PodPtr leader) {
  std::vector<ContainerEnd> ends;
  const PodSpec& spec = leader->spec;
  for (size_t i = 0; i < spec.containers.size(); ++i) {
    if (!spec.containers[i].init || i == spec.primary) continue;
    PodPtr init = AddMember(leader, i);
    PodReport report = co_await BringToEnd(init);
    init->over = true;
    if (closed_ || report.state == PodState::kLost) co_return report;
    for (const ContainerEnd& end : report.containers) ends.push_back(end);
    if (report.containers.empty() || report.containers[0].exit_code != 0) {
      report.containers = std::move(ends);
      co_return report;
    }
  }
  PodReport report = co_await BringToEnd(leader);
  if (closed_ || report.state == PodState::kLost) {
    StopMembers(*leader, kSidecarGrace);
    co_return report;
  }
  // A primary that ended before it was seen to run: the others still count when all must end.
  const bool primary_counts_alone = spec.annotations.contains(kPrimaryAnnotation);
  if (primary_counts_alone) {
    report.others_ran = OthersRun(*leader);
    StopMembers(*leader, kSidecarGrace);
  } else {
    StartMembers(leader);
    auto busy = [&] {
      return std::any_of(leader->members.begin(), leader->members.end(),
                         [](const PodPtr& member) { return !member->over; });
    };
    while (busy() && !closed_) co_await leader->wake.Wait();
    for (const PodPtr& member : leader->members) {
      if (member->spec.containers[member->spec.primary].init) continue;
      Collect(*member, report.containers);
      if (!member->last_report.containers.empty())
        report.occurred_at = std::max(report.occurred_at, member->last_report.occurred_at);
    }
  }
  ends.insert(ends.end(), report.containers.begin(), report.containers.end());
  report.containers = std::move(ends);
  co_return report;
}

void DockerRunner::Impl::StartMembers(const PodPtr& leader) {
  if (leader->members_started || leader->leader.lock()) return;  // a member has none of its own
  leader->members_started = true;
  const PodSpec& spec = leader->spec;
  for (size_t i = 0; i < spec.containers.size(); ++i) {
    if (spec.containers[i].init || i == spec.primary) continue;
    PodPtr member = AddMember(leader, i);
    // The network of a container that does not run cannot be joined.
    if (leader->running) member->network_mode = "container:" + leader->container;
    Spawn(loop_, "pod " + member->name, RunMember(shared_from_this(), leader, member));
  }
}

asio::awaitable<void> DockerRunner::Impl::RunMember(Self self, PodPtr leader, PodPtr member) {
  static_cast<void>(self);
  PodReport end = co_await BringToEnd(member);
  member->over = true;
  member->last_report = std::move(end);
  leader->wake.Notify();
}

void DockerRunner::Impl::StopMembers(Pod& leader, Duration grace) {
  for (const PodPtr& member : leader.members) {
    if (member->over) continue;
    member->stop = true;
    member->grace = grace;
    member->wake.Notify();
    if (member->pull) member->pull->done.Notify();
    if (member->running) BeginStop(member);
  }
}

}  // namespace sandbox::runner
