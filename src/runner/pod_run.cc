#include <algorithm>

#include "docker/image_reference.h"
#include "runner/impl.h"
#include "sandbox/base/log.h"
#include "sandbox/base/text.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr int kStartErrorExit = 128;
constexpr int kSignalled = 128;  // and the number of the signal
constexpr Duration kImageLook = 2s;
constexpr Duration kFailureTail = 3s;
constexpr Duration kLogWait = 30s;
constexpr int kQuietTroubles = 2;
constexpr int kFetchTries = 15;  // about a minute

bool EngineTrouble(const Error& error) {
  return error.reason == "ENGINE_UNREACHABLE" || error.reason == "ENGINE_TIMEOUT" || error.reason == "ENGINE_CLOSED";
}

Duration Backoff(int failures) { return std::min<Duration>(5s, 100ms * (1 << std::clamp(failures, 0, 10))); }

PodReport StartError(const Pod& pod, std::string message, Instant now) {
  PodReport report;
  report.state = PodState::kFinished;
  report.occurred_at = now;
  report.containers.push_back({.name = pod.Container().name,
                               .exit_code = kStartErrorExit,
                               .reason = EndReason::kStartError,
                               .message = ValidUtf8(message),
                               .started_at = report.occurred_at,
                               .finished_at = report.occurred_at});
  return report;
}

}  // namespace

asio::awaitable<void> DockerRunner::Impl::Run(Self self, PodPtr pod) {
  static_cast<void>(self);
  PodReport end = pod->spec.containers.size() > 1 ? co_await BringGroupToEnd(pod) : co_await BringToEnd(pod);
  if (closed_) co_return;
  pod->over = true;
  if (PastDeadline(*pod, end)) {
    end.deadline_exceeded = true;
    if (!pod->ran) end.state = PodState::kFinished;
  }
  Report(*pod, std::move(end));
  while (!pod->release && !closed_) co_await pod->wake.Wait();
  for (const PodPtr& member : pod->members) {
    // One that is being created could not be found yet.
    while (!member->over && !closed_) co_await pod->wake.Wait();
    if (member->ran) co_await AwaitLog(*member, kLogWait);
    co_await RemoveContainer(*member);
  }
  if (pod->ran) co_await AwaitLog(*pod, kLogWait);
  co_await RemoveContainer(*pod);
  if (pod->adopt_only || !pod->spec.volumes.empty()) co_await RemoveVolumes(pod->spec.name);
  if (!closed_) pods_.erase(pod->spec.id);
}

asio::awaitable<PodReport> DockerRunner::Impl::BringToEnd(PodPtr pod) {
  const std::string image = pod->Container().image;
  if (auto reference = docker::ParseImageReference(image); !pod->adopt_only && !reference) {
    ReportWaiting(*pod, "InvalidImageName",
                  Cat("Failed to apply default image tag \"", image, "\": couldn't parse image name \"", image,
                      "\": invalid reference format"));
    co_await WaitForStop(*pod);
    co_return Lost(*pod, "the pod was never started");
  }
  bool fresh = false;
  while (pod->container.empty()) {
    // An attempt that is only known by name is looked up even when it has to stop.
    if (closed_ || (pod->stop && !pod->adopt_only))
      co_return Lost(*pod, "the pod was stopped before its container was created");
    const Next next = pod->adopt_only ? co_await Adopt(*pod) : co_await Create(*pod);
    if (next == Next::kOver) co_return Lost(*pod, "there is no container of that name");
    fresh = next == Next::kGo;
  }
  co_return co_await Watch(pod, fresh);
}

// kGo: created just now. kAgain: adopted when there is a container, else to be tried again.
asio::awaitable<DockerRunner::Impl::Next> DockerRunner::Impl::Create(Pod& pod) {
  ReportWaiting(pod, "ContainerCreating", "");
  PrepareTerminationFile(pod);
  const PodSettings settings{options_.instance, options_.platform_ip,
                             pod.network_mode.empty() ? options_.network_mode : pod.network_mode, pod.name,
                             pod.termination_file};
  auto created = co_await client_.Create(ConfigOf(pod.spec, pod.Container(), settings));
  if (created) {
    pod.container = *created;
    pod.troubles = 0;
    BecomeActive(pod, Now());
    co_return Next::kGo;
  }
  const Error& error = created.error();
  if (error.reason == "NAME_CONFLICT") co_return co_await Adopt(pod);
  if (EngineTrouble(error)) {
    co_await WhileAway(pod, error);
  } else if (error.reason == "NO_SUCH_IMAGE") {
    co_await Pull(pod);
  } else if (error.reason == "BAD_REQUEST" && !pod.termination_file.empty() && !mounts_refused_ &&
             error.message.contains(pod.termination_file)) {
    // An engine elsewhere, or one that does not share our folder; without the file the log's tail is the message.
    mounts_refused_ = true;
  } else {
    ReportWaiting(pod, "CreateContainerError", error.message);
    if (!Gone(pod)) co_await pod.wake.WaitFor(Backoff(++pod.troubles));
  }
  co_return Next::kAgain;
}

asio::awaitable<DockerRunner::Impl::Next> DockerRunner::Impl::Adopt(Pod& pod) {
  const auto found = co_await client_.Inspect(pod.name);
  if (!found && found.error().reason == "NO_SUCH_CONTAINER") co_return pod.adopt_only ? Next::kOver : Next::kAgain;
  if (!found) {
    co_await WhileAway(pod, found.error());
  } else if (IsOurs(found->labels, pod)) {
    if (found->Vanishing()) {
      co_await pod.wake.WaitFor(Backoff(++pod.troubles));
    } else {
      pod.container = found->id;
      pod.troubles = 0;
      BecomeActive(pod, found->created_at);
    }
  } else if (pod.adopt_only) {
    co_return Next::kOver;
  } else {
    ReportWaiting(pod, "CreateContainerError",
                  Cat("the container name ", pod.name, " is taken by container ", found->id.substr(0, 12),
                      ", which is not of this sandbox; `docker rm ", pod.name, "` frees it"));
    if (!Gone(pod)) co_await pod.wake.WaitFor(Backoff(++pod.troubles));
  }
  co_return Next::kAgain;
}

bool DockerRunner::Impl::IsOurs(const std::map<std::string, std::string>& labels, const Pod& pod) const {
  const auto instance = labels.find(kInstanceLabel);
  const auto name = labels.find(kPodLabel);
  return instance != labels.end() && instance->second == options_.instance && name != labels.end() &&
         name->second == pod.spec.name;
}

asio::awaitable<void> DockerRunner::Impl::Pull(Pod& pod) {
  const std::string& image = pod.Container().image;
  ReportWaiting(pod, "ContainerCreating", Cat("Pulling image \"", image, "\""));
  pod.pull = puller_.Join(image, shared_from_this());
  const std::shared_ptr<runner::Pull> pull = pod.pull;
  while (!pull->result && !Gone(pod)) co_await pull->done.Wait();
  pod.pull.reset();
  if (Gone(pod) || pull->result->has_value()) {
    pod.troubles = 0;
    co_return;
  }
  const Error& error = pull->result->error();
  if (EngineTrouble(error)) co_return co_await WhileAway(pod, error);
  ReportWaiting(pod, "ErrImagePull", Cat("Failed to pull image \"", image, "\": ", ValidUtf8(error.message)));
  ReportWaiting(pod, "ImagePullBackOff", Cat("Back-off pulling image \"", image, "\""));
  const auto& steps = options_.pull_backoff;
  const Duration wait =
      steps.empty() ? 10s : steps[std::min<size_t>(static_cast<size_t>(pod.troubles), steps.size() - 1)];
  ++pod.troubles;
  // An image that is built meanwhile is used at once.
  const Instant until = Now() + wait;
  while (!Gone(pod) && Now() < until) {
    co_await pod.wake.WaitFor(std::min(kImageLook, until - Now()));
    if (!Gone(pod) && co_await client_.InspectImage(image)) co_return;
  }
}

// Until the engine has the image of a container that is made later.
asio::awaitable<void> DockerRunner::Impl::AwaitImage(Pod& pod) {
  while (!Gone(pod)) {
    const auto found = co_await client_.InspectImage(pod.Container().image);
    if (found) co_return;
    if (EngineTrouble(found.error())) {
      co_await WhileAway(pod, found.error());
    } else {
      co_await Pull(pod);
    }
  }
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

asio::awaitable<void> DockerRunner::Impl::WaitForStop(Pod& pod) {
  while (!pod.stop && !closed_) co_await pod.wake.Wait();
}

// Returns when the engine answers again, or after a moment when it does.
asio::awaitable<void> DockerRunner::Impl::WhileAway(Pod& pod, Error error) {
  pod.log_suspect = true;
  while (!Gone(pod)) {
    const bool answers = (co_await client_.Ping()).has_value();
    if (Gone(pod)) co_return;
    if (!answers || pod.troubles > kQuietTroubles) {
      ReportWaiting(pod, "EngineUnavailable",
                    Cat("waiting for the Docker Engine at ", options_.engine.ToString(), ": ", error.message));
    }
    co_await pod.wake.WaitFor(Backoff(pod.troubles++));
    if (answers) co_return;
  }
}

asio::awaitable<PodReport> DockerRunner::Impl::Watch(PodPtr pod, bool fresh) {
  std::unique_ptr<docker::ExitWatch> watch;
  bool launch = fresh;
  while (!closed_) {
    if (launch) {
      launch = false;
      if (pod->stop) co_return Lost(*pod, "the pod was stopped before its container was started");
      if (Status launched = co_await Launch(pod, watch); !launched) {
        const Error& error = launched.error();
        if (error.reason == "NO_SUCH_CONTAINER")
          co_return Lost(*pod, "the container was removed before it was started");
        if (!EngineTrouble(error)) {
          const auto refused = co_await client_.Inspect(pod->container);
          co_return StartError(*pod, refused && !refused->error.empty() ? refused->error : error.message, Now());
        }
        watch.reset();
        co_await WhileAway(*pod, error);
      }
    }
    auto info = co_await client_.Inspect(pod->container);
    if (!info && info.error().reason == "NO_SUCH_CONTAINER")
      co_return Lost(*pod, "the container was removed by someone else");
    if (!info) {
      watch.reset();
      co_await WhileAway(*pod, info.error());
      continue;
    }
    pod->troubles = 0;
    if (info->Vanishing()) co_return Lost(*pod, "the container is being removed by someone else");
    if (!info->Started()) {
      launch = true;
      continue;
    }
    pod->ran = true;
    if (!pod->log_active && (!pod->log_whole || pod->log_suspect)) FollowLog(pod, nullptr);
    if (!info->running) co_return co_await End(pod, *info);
    if (!watch) {
      auto opened = co_await client_.Watch(pod->container, docker::WaitFor::kNotRunning);
      if (!opened) {
        co_await WhileAway(*pod, opened.error());
        continue;
      }
      watch = std::move(*opened);
    }
    if (!pod->running || !pod->last_report.waiting_reason.empty()) {
      pod->running = true;
      PodReport report;
      report.state = PodState::kRunning;
      report.occurred_at = info->started_at;
      Report(*pod, std::move(report));
      if (const PodPtr leader = pod->leader.lock()) leader->wake.Notify();
      StartMembers(pod);
    }
    if (pod->stop) BeginStop(pod);
    auto exit = co_await watch->Exit();
    watch.reset();
    // The log of one that is started again ends with each of its lives.
    pod->log_suspect |= pod->Is(ContainerRole::kSidecar);
    if (!exit) co_await WhileAway(*pod, exit.error());
  }
  co_return PodReport{};
}

// The wait is open and the output attached before the start, so that nothing of a short task is missed.
asio::awaitable<Status> DockerRunner::Impl::Launch(PodPtr pod, std::unique_ptr<docker::ExitWatch>& watch) {
  auto opened = co_await client_.Watch(pod->container, docker::WaitFor::kNextExit);
  if (!opened) co_return std::unexpected(opened.error());
  watch = std::move(*opened);
  // Also for one that was created before a restart: it may have come no further.
  if (pod->spec.files) {
    if (Status unpacked = co_await client_.PutArchive(pod->container, "/", pod->spec.files->input_archive); !unpacked)
      co_return unpacked;
  }
  if (const auto paths = OpenPaths(pod->spec, pod->Container()); !paths.empty()) {
    if (Status opened_all = co_await client_.OpenDirectories(pod->container, paths); !opened_all) co_return opened_all;
  }
  if (!pod->spec.secret_values.files.empty()) {
    if (Status put = co_await client_.PutFiles(pod->container, pod->spec.secret_values.files); !put) co_return put;
  }
  if (!pod->log_active) {
    auto attached = co_await client_.Attach(pod->container, false);
    if (!attached) co_return std::unexpected(attached.error());
    FollowLog(pod, std::move(*attached));
  }
  co_return co_await client_.Start(pod->container);
}

asio::awaitable<PodReport> DockerRunner::Impl::End(PodPtr pod, docker::ContainerInfo info) {
  PodReport report;
  report.state = PodState::kFinished;
  report.occurred_at = info.finished_at;
  ContainerEnd end;
  end.name = pod->Container().name;
  end.exit_code = info.exit_code;
  end.reason = info.oom_killed       ? EndReason::kOomKilled
               : info.exit_code == 0 ? EndReason::kCompleted
                                     : EndReason::kError;
  // The engine may note the start of a very short container after its end.
  end.started_at = std::min(info.started_at, info.finished_at);
  end.finished_at = info.finished_at;
  end.message = TerminationMessage(*pod);
  const bool falls_back = pod->Container().message_policy == MessagePolicy::kFallbackToLogs;
  if (end.message.empty() && falls_back && info.exit_code != 0) {
    co_await AwaitLog(*pod, kFailureTail);
    end.message = pod->log.Tail();
  }
  if (end.reason == EndReason::kError && end.exit_code > kSignalled && !pod->stop)
    report.interrupted = co_await EngineStartedSince(*pod, info.started_at);
  report.containers.push_back(std::move(end));
  report.message = co_await FetchOutputs(*pod);
  co_return report;
}

// No container outlives its engine, unless it was told to let them.
asio::awaitable<bool> DockerRunner::Impl::EngineStartedSince(Pod& pod, Instant when) {
  while (!Gone(pod)) {
    const auto started = co_await client_.StartedAt();
    const auto info = co_await client_.Info();
    if (started && info) co_return *started > when && !info->live_restore;
    const Error& error = started ? info.error() : started.error();
    if (!EngineTrouble(error)) break;
    co_await WhileAway(pod, error);
  }
  co_return false;
}

// Returns why there are none; empty: they are there, or nobody wants them.
asio::awaitable<std::string> DockerRunner::Impl::FetchOutputs(Pod& pod) {
  if (!pod.spec.files || pod.spec.files->output_archive.empty()) co_return "";
  const FileInterface& files = *pod.spec.files;
  int failures = 0;
  while (!closed_ && !pod.stop) {
    const Status got =
        co_await client_.GetArchive(pod.container, files.output_path, files.output_archive, options_.output_bytes_max);
    if (got) co_return "";
    if (EngineTrouble(got.error())) {
      co_await WhileAway(pod, got.error());
      continue;
    }
    // An engine that is shutting down answers some calls with 5xx.
    if (got.error().reason != "ENGINE_ERROR" || ++failures > kFetchTries) co_return ValidUtf8(got.error().message);
    co_await pod.wake.WaitFor(Backoff(failures));
  }
  co_return "";
}

}  // namespace sandbox::runner
