// A container of a pod, from its start to its end.

#include <algorithm>

#include "runner/file_pieces.h"
#include "runner/impl.h"
#include "sandbox/base/text.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr int kStartErrorExit = 128;
constexpr int kSignalled = 128;  // and the number of the signal
constexpr Duration kFailureTail = 3s;
constexpr int kFetchTries = 15;  // about a minute

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
          if (co_await LeaveNetwork(pod)) co_return PodReport{};
          co_return co_await EndUnlaunched(pod, error);
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
    pod->facts.container_id = info->id;
    pod->facts.image_id = info->image_id;
    pod->facts.at.started = info->started_at;
    if (!pod->log_active && (!pod->log_whole || pod->log_suspect)) FollowLog(pod, nullptr);
    if (!info->running) co_return co_await End(pod, *info);
    FollowUsage(pod, *info);
    if (!watch) {
      auto opened = co_await client_.Watch(pod->container, docker::WaitFor::kNotRunning);
      if (!opened) {
        co_await WhileAway(*pod, opened.error());
        continue;
      }
      watch = std::move(*opened);
    }
    if (!pod->running || pod->last_report.wait.code != model::PodWait::kNone) {
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

// The engine has a container that it cannot start.
asio::awaitable<PodReport> DockerRunner::Impl::EndUnlaunched(PodPtr pod, Error error) {
  const auto refused = co_await client_.Inspect(pod->container);
  const std::string& why = refused && !refused->error.empty() ? refused->error : error.message;
  const uint32_t gpus = pod->Container().gpus;
  if (gpus > 0 && !Leader(*pod).running) {
    const auto info = co_await client_.Info();
    if (info && !info->has_gpus) co_return co_await Refuse(pod, NoGpu(gpus, ValidUtf8(why)));
  }
  co_return StartError(*pod, why, Now());
}

// A container cannot start in the network of a primary that has ended meanwhile: it is made again, with its own.
asio::awaitable<bool> DockerRunner::Impl::LeaveNetwork(PodPtr pod) {
  const PodPtr leader = pod->leader.lock();
  if (!leader || !pod->Is(ContainerRole::kApp) || pod->network_left) co_return false;
  const auto primary = co_await client_.Inspect(leader->container);
  if (!primary || primary->running) co_return false;
  pod->network_left = true;
  co_await AwaitLog(*pod, kFailureTail);
  co_await RemoveContainer(*pod);
  pod->container.clear();
  pod->network_mode.clear();
  pod->log_whole = false;
  co_return true;
}

// The wait is open and the output attached before the start, so that nothing of a short task is missed.
asio::awaitable<Status> DockerRunner::Impl::Launch(PodPtr pod, std::unique_ptr<docker::ExitWatch>& watch) {
  // Podman would look for the start four times a second, and miss that of a short task for ever. Whoever looks at the
  // container after the start sees an end that came before the look.
  if (!options_.podman) {
    auto opened = co_await client_.Watch(pod->container, docker::WaitFor::kNextExit);
    if (!opened) co_return std::unexpected(opened.error());
    watch = std::move(*opened);
  }
  // Also for one that was created before a restart: it may have come no further.
  if (pod->spec.files) {
    if (Status unpacked = co_await PutInputs(*pod); !unpacked) co_return unpacked;
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
  // Podman does not tell with control groups of version 1.
  info.oom_killed |= pod->oom_killed;
  EndUsage(*pod, info);
  pod->facts.at.started = std::min(info.started_at, info.finished_at);
  pod->facts.at.ended = info.finished_at;
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
  if (options_.podman) co_return false;  // its containers do not need it
  while (!Gone(pod)) {
    const auto network = co_await client_.DefaultNetwork();
    const auto info = co_await client_.Info();
    if (network && info) co_return network->created_at > when && !info->live_restore;
    const Error& error = network ? info.error() : network.error();
    if (!EngineTrouble(error)) break;
    co_await WhileAway(pod, error);
  }
  co_return false;
}

asio::awaitable<Status> DockerRunner::Impl::PutInputs(Pod& pod) {
  auto archive = co_await FileSource::Open(surroundings_, pod.spec.files->input_archive);
  if (!archive) co_return std::unexpected(std::move(archive.error()));
  co_return co_await client_.PutArchive(pod.container, "/", std::move(*archive));
}

asio::awaitable<Status> DockerRunner::Impl::GetOutputs(const Pod& pod) {
  const FileInterface& files = *pod.spec.files;
  FileSink sink(surroundings_, files.output_archive);
  Status got = co_await client_.GetArchive(
      pod.container, files.output_path, [&sink](std::string piece) { return sink.Take(std::move(piece)); },
      options_.output_bytes_max);
  co_return got ? co_await sink.Finish() : std::move(got);
}

// Returns why there are none; empty: they are there, or nobody wants them.
asio::awaitable<std::string> DockerRunner::Impl::FetchOutputs(Pod& pod) {
  if (!pod.spec.files || pod.spec.files->output_archive.empty()) co_return "";
  int failures = 0;
  while (!closed_ && !pod.stop) {
    const Status got = co_await GetOutputs(pod);
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
