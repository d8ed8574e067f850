// What the containers of pods use, while they run.

#include <algorithm>

#include "docker/codec.h"
#include "runner/impl.h"

namespace sandbox::runner {
namespace {

namespace asio = boost::asio;

constexpr size_t kLineBytesMax = 1 << 20;
constexpr int64_t kMicro = 1000;

Usage ToUsage(const docker::ContainerStats& stats) {
  const auto positive = [](int64_t value) { return static_cast<uint64_t>(std::max<int64_t>(0, value)); };
  Usage out;
  out.cpu_us = positive(stats.cpu_total_ns / kMicro);
  out.throttled_us = positive(stats.throttled_ns / kMicro);
  out.memory_bytes = positive(stats.memory_bytes - stats.memory_cache_bytes);
  out.memory_peak_bytes = positive(stats.memory_peak_bytes - stats.memory_cache_bytes);
  return out;
}

}  // namespace

void DockerRunner::Impl::FollowUsage(const PodPtr& pod, const docker::ContainerInfo& info) {
  if (!options_.samples || pod->usage_active || pod->adopt_only) return;
  pod->usage_active = true;
  pod->usage.Begin(info.started_at, pod->Container().memory_limit_bytes);
  std::shared_ptr<CgroupFiles> files = CgroupFiles::Open(info.pid, info.id);
  // At once: it may be over in a moment.
  if (files) static_cast<void>(TakeUsage(*pod, *files));
  Spawn("usage of " + pod->name, RecordUsage(shared_from_this(), pod, files));
}

bool DockerRunner::Impl::TakeUsage(Pod& pod, CgroupFiles& files) const {
  const auto usage = files.Read();
  if (usage) KeepUsage(pod, *usage);
  return usage.has_value();
}

void DockerRunner::Impl::KeepUsage(Pod& pod, const Usage& usage, bool last) const {
  pod.oom_killed |= usage.oom_kills > 0;
  const model::UsageSample* sample = pod.usage.Take(usage, Now(), last);
  if (sample != nullptr && options_.on_sample) options_.on_sample(pod.spec.id, pod.name, *sample);
}

asio::awaitable<void> DockerRunner::Impl::RecordUsage(Self self, PodPtr pod, std::shared_ptr<CgroupFiles> files) {
  static_cast<void>(self);
  if (!files) {
    co_await StreamUsage(pod);
  } else {
    const int watch = closed_ ? 0 : groups_->Add(files->Events(), [this, pod, files] {
      if (const auto usage = files->Read(true)) KeepUsage(*pod, *usage, true);
    });
    do co_await pod->wake.WaitFor(pod->usage.Next(Now()));
    while (!closed_ && pod->usage.Goes() && TakeUsage(*pod, *files));
    if (!closed_) groups_->Remove(watch);
  }
  pod->usage_active = false;
}

// An engine on another machine, or one whose control groups are not ours to read, tells about once a second.
asio::awaitable<void> DockerRunner::Impl::StreamUsage(PodPtr pod) {
  auto stream = co_await client_.FollowStats(pod->container);
  std::string text;
  Instant due{};
  while (stream && !closed_ && pod->usage.Goes()) {
    auto piece = co_await (*stream)->Read();
    if (!piece || piece->empty() || closed_) co_return;
    text += *piece;
    if (text.size() > kLineBytesMax) co_return;
    for (size_t end = 0; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
      if (Now() < due) continue;
      const auto stats = docker::DecodeStats(text.substr(0, end));
      // Of a container that has ended it tells zeros.
      if (!stats || stats->cpu_total_ns == 0) continue;
      KeepUsage(*pod, ToUsage(*stats));
      due = Now() + pod->usage.Next(Now()) / 2;
    }
  }
}

// Its container has ended: what is known of it now is all that ever will be.
void DockerRunner::Impl::EndUsage(Pod& pod, const docker::ContainerInfo& info) {
  pod.usage.End(info.finished_at, info.oom_killed);
  pod.facts.peak_memory_bytes = pod.usage.PeakMemoryBytes();
  pod.facts.cpu_mean_millis = pod.usage.CpuMeanMillis();
  pod.facts.oom_killed |= info.oom_killed;
  pod.wake.Notify();
}

}  // namespace sandbox::runner
