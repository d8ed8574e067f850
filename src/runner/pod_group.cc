// Pods of several containers: init containers and sidecars one after the other, then the primary, then the others in
// its network.

#include <algorithm>
#include <optional>

#include "docker/image_reference.h"
#include "runner/impl.h"

namespace sandbox::runner {
namespace {

namespace asio = boost::asio;

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

void Collect(const PodReport& report, std::vector<ContainerEnd>& ends) {
  ends.insert(ends.end(), report.containers.begin(), report.containers.end());
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

// Finished by the pod's end rule. The sidecars, and what runs beside a primary that decides, are stopped then.
asio::awaitable<PodReport> DockerRunner::Impl::BringGroupToEnd(PodPtr leader) {
  std::vector<ContainerEnd> ends;
  std::optional<PodReport> over = co_await Initialize(leader, ends);
  if (!over) {
    co_await AwaitImages(leader);
    over = co_await BringToEnd(leader);
    const bool decides = leader->spec.end_rule == EndRule::kPrimary && !PastDeadline(*leader, *over);
    if (!closed_ && over->state != PodState::kLost && !decides) co_await AwaitMembers(leader, *over);
  }
  if (closed_) co_return PodReport{};
  StopMembers(*leader, kSidecarGrace);
  // Nothing brings those to their end that were never begun.
  for (const PodPtr& member : leader->members)
    member->over |= member->Is(ContainerRole::kApp) && !leader->members_started;
  if (over->state == PodState::kLost) co_return *std::move(over);
  ends.insert(ends.end(), over->containers.begin(), over->containers.end());
  const auto place = [&](const ContainerEnd& end) {
    return std::ranges::find(leader->spec.containers, end.name, &ContainerSpec::name);
  };
  std::ranges::sort(ends, {}, place);
  over->containers = std::move(ends);
  co_return *std::move(over);
}

// One init container or sidecar after the other. A report when the pod is over with one of them, without the `ends`.
asio::awaitable<std::optional<PodReport>> DockerRunner::Impl::Initialize(PodPtr leader,
                                                                         std::vector<ContainerEnd>& ends) {
  const PodSpec& spec = leader->spec;
  for (size_t i = 0; i < spec.containers.size(); ++i) {
    if (spec.containers[i].role == ContainerRole::kApp) continue;
    PodPtr member = AddMember(leader, i);
    if (spec.containers[i].role == ContainerRole::kSidecar) {
      if (auto over = co_await StartSidecar(leader, member)) co_return over;
      continue;
    }
    PodReport report = co_await BringToEnd(member);
    member->over = true;
    leader->wake.Notify();
    const bool good = !report.containers.empty() && report.containers[0].reason == EndReason::kCompleted;
    if (closed_ || report.state == PodState::kLost || !good || PastDeadline(*leader, report)) co_return report;
    Collect(report, ends);
  }
  co_return std::nullopt;
}

// Returns when it runs, or has run; a report when it cannot be started.
asio::awaitable<std::optional<PodReport>> DockerRunner::Impl::StartSidecar(PodPtr leader, PodPtr sidecar) {
  Spawn("pod " + sidecar->name, RunMember(shared_from_this(), leader, sidecar));
  while (!sidecar->running && !sidecar->over && !closed_) co_await leader->wake.Wait();
  const bool began = sidecar->running || sidecar->ran;
  co_return closed_ || began ? std::nullopt : std::optional(sidecar->last_report);
}

// Those that are made once the primary runs: what they wait for then would not be told.
asio::awaitable<void> DockerRunner::Impl::AwaitImages(PodPtr leader) {
  const PodSpec& spec = leader->spec;
  for (size_t i = 0; i < spec.containers.size(); ++i) {
    if (spec.containers[i].role != ContainerRole::kApp || i == spec.primary) continue;
    const PodPtr member = AddMember(leader, i);
    if (docker::ParseImageReference(member->Container().image)) co_await AwaitImage(*member);
  }
}

// All of them have to end, also when the primary ended before it was seen to run.
asio::awaitable<void> DockerRunner::Impl::AwaitMembers(PodPtr leader, PodReport& report) {
  StartMembers(leader);
  const auto busy = [](const PodPtr& member) { return !member->over && member->Is(ContainerRole::kApp); };
  while (std::ranges::any_of(leader->members, busy) && !closed_) co_await leader->wake.Wait();
  for (const PodPtr& member : leader->members) {
    if (!member->Is(ContainerRole::kApp) || member->last_report.containers.empty()) continue;
    Collect(member->last_report, report.containers);
    report.interrupted |= member->last_report.interrupted;
    report.occurred_at = std::max(report.occurred_at, member->last_report.occurred_at);
  }
}

void DockerRunner::Impl::StartMembers(const PodPtr& leader) {
  if (leader->members_started || leader->leader.lock()) return;  // a member has none of its own
  leader->members_started = true;
  for (const PodPtr& member : leader->members) {
    if (!member->Is(ContainerRole::kApp)) continue;
    // The network of a container that does not run cannot be joined.
    if (leader->running) member->network_mode = "container:" + leader->container;
    Spawn("pod " + member->name, RunMember(shared_from_this(), leader, member));
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
