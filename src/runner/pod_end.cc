#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "runner/impl.h"
#include "sandbox/base/log.h"
#include "sandbox/base/text.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr off_t kTerminationBytesMax = 4096;
constexpr Duration kRetry = 1s;

}  // namespace

void DockerRunner::Impl::FollowLog(const PodPtr& pod, std::unique_ptr<docker::LogStream> attached) {
  pod->log_active = true;
  pod->log_whole = false;
  pod->log_suspect = false;
  Spawn("log of " + pod->name, CaptureLog(shared_from_this(), pod, std::move(attached)));
}

asio::awaitable<void> DockerRunner::Impl::CaptureLog(Self self, PodPtr pod,
                                                     std::unique_ptr<docker::LogStream> attached) {
  static_cast<void>(self);
  if (attached) pod->log_whole = co_await CopyLog(*pod, *attached);
  while (!pod->log_whole && !closed_) {
    auto stream = co_await client_.Logs(pod->container, true, false);
    if (stream) {
      pod->log.StartAgain();
      pod->log_whole = co_await CopyLog(*pod, **stream);
      if (pod->log_whole) pod->log.Complete();
    } else if (stream.error().reason != "ENGINE_UNREACHABLE" && stream.error().reason != "ENGINE_TIMEOUT") {
      if (!closed_) Log(LogLevel::kWarning, "runner", Cat("log of ", pod->name, ": ", stream.error().message));
      break;
    }
    if (!pod->log_whole && !closed_) co_await closing_.WaitFor(kRetry);
  }
  if (pod->log_whole) TellLog(*pod, true);
  pod->log_active = false;
  pod->log_ended.Notify();
}

asio::awaitable<bool> DockerRunner::Impl::CopyLog(Pod& pod, docker::LogStream& stream) {
  while (true) {
    auto piece = co_await stream.Read();
    if (!piece || closed_) co_return false;
    if (piece->bytes.empty()) co_return true;
    pod.log.Append(*piece, Now());
    TellLog(pod, false);
  }
}

void DockerRunner::Impl::TellLog(const Pod& pod, bool complete) const {
  if (options_.on_log) options_.on_log(pod.spec.pod_namespace, pod.name, pod.log.Bytes(), pod.log.Lines(), complete);
}

asio::awaitable<void> DockerRunner::Impl::AwaitLog(Pod& pod, Duration time_max) {
  const Instant until = Now() + time_max;
  while (pod.log_active && !closed_ && Now() < until) co_await pod.log_ended.WaitFor(until - Now());
}

void DockerRunner::Impl::BecomeActive(const Pod& pod, Instant since) {
  const auto found = pods_.find(pod.spec.id);
  if (found == pods_.end() || found->second->active_since != Instant{}) return;
  found->second->active_since = since;
  if (pod.spec.active_max > Duration::zero())
    Spawn("deadline of " + pod.spec.name, AwaitDeadline(shared_from_this(), found->second));
}

asio::awaitable<void> DockerRunner::Impl::AwaitDeadline(Self self, PodPtr pod) {
  static_cast<void>(self);
  const Instant deadline = pod->active_since + pod->spec.active_max;
  const auto waits = [&] { return !pod->over && !pod->stop && !closed_; };
  while (waits() && Now() < deadline) co_await pod->wake.WaitFor(deadline - Now());
  if (!waits()) co_return;
  pod->deadline_passed = true;
  BringToStop(pod, pod->spec.stop_grace);
}

// An end that an earlier process of ours brought about is told by its time.
bool DockerRunner::Impl::PastDeadline(const Pod& pod, const PodReport& end) const {
  if (pod.spec.active_max == Duration::zero() || pod.active_since == Instant{}) return false;
  const bool late = end.state == PodState::kFinished && end.occurred_at >= pod.active_since + pod.spec.active_max;
  return late || pod.deadline_passed;
}

void DockerRunner::Impl::BringToStop(const PodPtr& pod, Duration grace) {
  pod->stop = true;
  pod->grace = grace;
  pod->wake.Notify();
  if (pod->pull) pod->pull->done.Notify();
  StopMembers(*pod, grace);
  if (pod->running) BeginStop(pod);
}

void DockerRunner::Impl::BeginStop(const PodPtr& pod) {
  if (pod->stopping || pod->container.empty()) return;
  pod->stopping = true;
  Spawn("stop of " + pod->name, StopContainer(shared_from_this(), pod));
}

asio::awaitable<void> DockerRunner::Impl::StopContainer(Self self, PodPtr pod) {
  static_cast<void>(self);
  while (!closed_ && !pod->over) {
    const Status stopped = co_await client_.Stop(pod->container, std::chrono::ceil<std::chrono::seconds>(pod->grace));
    if (stopped || stopped.error().reason == "NO_SUCH_CONTAINER") break;
    if (closed_) break;
    Log(LogLevel::kWarning, "runner", Cat("stopping ", pod->name, ": ", stopped.error().message));
    co_await closing_.WaitFor(kRetry);
  }
  pod->stopping = false;
}

asio::awaitable<void> DockerRunner::Impl::RemoveContainer(Pod& pod) {
  for (int failures = 0; !closed_; ++failures) {
    if (pod.adopt_only) co_await RemoveMembersByLabel(pod);
    if (pod.container.empty()) {
      // A create that failed on the wire may have succeeded.
      const auto found = co_await client_.Inspect(pod.name);
      if (found ? !IsOurs(found->labels, pod) : found.error().reason == "NO_SUCH_CONTAINER") break;
      if (found) pod.container = found->id;
    }
    if (!pod.container.empty()) {
      const Status removed = co_await client_.Remove(pod.container);
      // CONFLICT: someone else is removing it.
      if (removed || removed.error().reason == "CONFLICT") break;
      if (failures == 0 && !closed_)
        Log(LogLevel::kWarning, "runner", Cat("removing ", pod.name, ": ", removed.error().message));
    }
    if (!closed_) co_await closing_.WaitFor(kRetry * std::min(failures + 1, 10));
  }
  if (closed_) co_return;
  std::error_code ignored;
  std::filesystem::remove(options_.log_dir / pod.spec.pod_namespace / (pod.name + ".termination"), ignored);
}

// Of a pod that is only known by its name; what fails here is left to the next sweep.
asio::awaitable<void> DockerRunner::Impl::RemoveMembersByLabel(const Pod& pod) {
  const auto listed = co_await client_.List(Cat(kPodLabel, "=", pod.spec.name));
  if (!listed) co_return;
  std::vector<std::string> ids;
  for (const docker::ContainerSummary& each : *listed) {
    if (IsOurs(each.labels, pod)) ids.push_back(each.id);
  }
  static_cast<void>(co_await client_.RemoveAll(std::move(ids)));
}

// Of a pod whose containers are gone; what fails here is left to the next sweep.
asio::awaitable<void> DockerRunner::Impl::RemoveVolumes(std::string pod) {
  if (closed_) co_return;
  const auto listed = co_await client_.ListVolumes(Cat(kPodLabel, "=", pod));
  if (!listed) co_return;
  for (const docker::VolumeSummary& each : *listed) {
    const auto instance = each.labels.find(kInstanceLabel);
    if (instance == each.labels.end() || instance->second != options_.instance) continue;
    const Status removed = co_await client_.RemoveVolume(each.name);
    if (!removed && !closed_)
      Log(LogLevel::kWarning, "runner", Cat("removing volume ", each.name, ": ", removed.error().message));
  }
}

// Anyone may write to it: the task need not be root.
void DockerRunner::Impl::PrepareTerminationFile(Pod& pod) {
  pod.termination_file.clear();
  if (mounts_refused_ || options_.engine.socket_path.empty() || !pod.Container().message_path.starts_with('/')) return;
  const std::filesystem::path folder = options_.log_dir / pod.spec.pod_namespace;
  const std::string path = folder / (pod.name + ".termination");
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return;
  ::fchmod(fd, 0666);
  ::close(fd);
  pod.termination_file = path;
}

std::string DockerRunner::Impl::TerminationMessage(const Pod& pod) const {
  const std::string path = options_.log_dir / pod.spec.pod_namespace / (pod.name + ".termination");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return "";
  const off_t size = ::lseek(fd, 0, SEEK_END);
  std::string text(kTerminationBytesMax, '\0');
  const ssize_t got = ::pread(fd, text.data(), text.size(), std::max<off_t>(0, size - kTerminationBytesMax));
  ::close(fd);
  return ValidUtf8(std::string_view(text).substr(0, got < 0 ? 0 : static_cast<size_t>(got)));
}

}  // namespace sandbox::runner
