#include <algorithm>

#include "docker/image_reference.h"
#include "runner/impl.h"
#include "sandbox/base/log.h"
#include "sandbox/base/text.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using model::PodWait;

constexpr Duration kImageLook = 2s;
constexpr Duration kPullLook = 2s;  // between two tellings of how far a pull is
constexpr Duration kLogWait = 30s;
constexpr int kQuietTroubles = 2;

}  // namespace

bool EngineTrouble(const Error& error) {
  return error.reason == "ENGINE_UNREACHABLE" || error.reason == "ENGINE_TIMEOUT" || error.reason == "ENGINE_CLOSED";
}

Duration Backoff(int failures) { return std::min<Duration>(5s, 100ms * (1 << std::clamp(failures, 0, 10))); }

asio::awaitable<void> DockerRunner::Impl::Run(Self self, PodPtr pod) {
  static_cast<void>(self);
  PodReport end = pod->spec.containers.size() > 1 ? co_await BringGroupToEnd(pod) : co_await BringToEnd(pod);
  if (closed_) co_return;
  pod->over = true;
  if (PastDeadline(*pod, end)) {
    end.deadline_exceeded = true;
    if (!pod->ran) end.state = PodState::kFinished;
  }
  Log(LogLevel::kDebug, "runner",
      Cat("pod ", pod->spec.name, " ", end.state == PodState::kFinished ? "ended" : "is lost",
          end.message.empty() ? "" : Cat(": ", end.message)));
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
  if (auto reference = docker::ParseImageReference(image); !pod->adopt_only && !reference)
    co_return co_await Refuse(pod, {.code = PodWait::kImageName, .image = image});
  // It would start without one, and say nothing.
  if (options_.podman && pod->Container().gpus > 0 && !pod->adopt_only)
    co_return co_await Refuse(pod, NoGpu(pod->Container().gpus, ""));
  PodReport end;
  do {
    bool fresh = false;
    while (pod->container.empty()) {
      // An attempt that is only known by name is looked up even when it has to stop.
      if (closed_ || (pod->stop && !pod->adopt_only))
        co_return Lost(*pod, "the pod was stopped before its container was created");
      const Next next = pod->adopt_only ? co_await Adopt(*pod) : co_await Create(*pod);
      if (next == Next::kOver) co_return Lost(*pod, "there is no container of that name");
      fresh = next == Next::kGo;
    }
    end = co_await Watch(pod, fresh);
  } while (pod->container.empty() && !closed_);
  co_return end;
}

// For good: the executor ends the attempt of what it is told here, and stops the pod.
asio::awaitable<PodReport> DockerRunner::Impl::Refuse(PodPtr pod, model::WaitReason why) {
  ReportWaiting(*pod, std::move(why));
  co_await WaitForStop(*pod);
  co_return Lost(*pod, "the pod was never started");
}

// kGo: created just now. kAgain: adopted when there is a container, else to be tried again.
asio::awaitable<DockerRunner::Impl::Next> DockerRunner::Impl::Create(Pod& pod) {
  ReportWaiting(pod, {.code = PodWait::kStarting});
  PrepareTerminationFile(pod);
  const PodSettings settings{
      options_.instance, options_.platform_ip, pod.network_mode.empty() ? options_.network_mode : pod.network_mode,
      pod.name,          pod.termination_file, engine_cpu_millis_,
      options_.labels};
  auto created = co_await client_.Create(ConfigOf(pod.spec, pod.Container(), settings));
  if (created) {
    pod.container = *created;
    pod.troubles = 0;
    Log(LogLevel::kDebug, "runner", Cat("pod ", pod.spec.name, ": container ", pod.container.substr(0, 12)));
    BecomeActive(pod, Now());
    co_return Next::kGo;
  }
  const Error& error = created.error();
  // Podman 4 answers a name that is taken as it answers a fault of its own.
  const bool maybe_taken = error.reason == "ENGINE_ERROR" && (co_await client_.Inspect(pod.name)).has_value();
  if (error.reason == "NAME_CONFLICT" || maybe_taken) co_return co_await Adopt(pod);
  if (EngineTrouble(error)) {
    co_await WhileAway(pod, error);
  } else if (error.reason == "NO_SUCH_IMAGE") {
    co_await Pull(pod);
  } else if (error.reason == "BAD_REQUEST" && !pod.termination_file.empty() && !mounts_refused_ &&
             error.message.contains(pod.termination_file)) {
    // An engine elsewhere, or one that does not share our folder; without the file the log's tail is the message.
    mounts_refused_ = true;
  } else if (error.reason == "BAD_REQUEST" && co_await AsksForMoreCpus(pod)) {
    // The next try is without its quota.
  } else {
    ReportWaiting(pod, {.code = PodWait::kRefused, .error = error.message});
    if (!Gone(pod)) co_await pod.wake.WaitFor(Backoff(++pod.troubles));
  }
  co_return Next::kAgain;
}

// The quota of the pod is above all that the engine has, and that was not known.
asio::awaitable<bool> DockerRunner::Impl::AsksForMoreCpus(const Pod& pod) {
  const int64_t quota = pod.Container().cpu_quota_millis;
  if (quota == 0 || (engine_cpu_millis_ != 0 && quota > engine_cpu_millis_)) co_return false;
  const auto info = co_await client_.Info();
  if (!info || info->cpus <= 0 || quota <= info->cpus * 1000) co_return false;
  engine_cpu_millis_ = info->cpus * 1000;
  co_return true;
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
    ReportWaiting(pod,
                  {.code = PodWait::kRefused,
                   .error = Cat("the container name ", pod.name, " is taken by container ", found->id.substr(0, 12),
                                ", which is not of this sandbox; `docker rm ", pod.name, "` frees it")});
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
  pod.pull = puller_.Join(image, shared_from_this());
  const std::shared_ptr<runner::Pull> pull = pod.pull;
  model::PodInstants& at = Leader(pod).facts.at;
  if (at.pull_started == Instant{}) at.pull_started = Now();
  while (!pull->result && !Gone(pod)) {
    ReportWaiting(pod, {.code = PodWait::kImagePull,
                        .image = image,
                        .bytes = pull->layers.Bytes(),
                        .bytes_total = pull->layers.BytesTotal()});
    co_await pull->done.WaitFor(kPullLook);
  }
  pod.pull.reset();
  if (Gone(pod) || pull->result->has_value()) {
    pod.troubles = 0;
    at.pull_ended = Now();
    co_return;
  }
  const Error& error = pull->result->error();
  if (EngineTrouble(error)) co_return co_await WhileAway(pod, error);
  const auto& steps = options_.pull_backoff;
  const Duration wait =
      steps.empty() ? 10s : steps[std::min<size_t>(static_cast<size_t>(pod.troubles), steps.size() - 1)];
  ++pod.troubles;
  const Instant until = Now() + wait;
  model::WaitReason missing{.code = PodWait::kImageFailed,
                            .image = image,
                            .error = ValidUtf8(error.message),
                            .tried = static_cast<uint32_t>(pod.troubles),
                            .next_try_at = until};
  ReportWaiting(pod, missing);
  missing.code = PodWait::kImageMissing;
  ReportWaiting(pod, std::move(missing));
  // An image that is built meanwhile is used at once.
  while (!Gone(pod) && Now() < until) {
    co_await pod.wake.WaitFor(std::min(kImageLook, until - Now()));
    if (Gone(pod) || !co_await client_.InspectImage(image)) continue;
    at.pull_ended = Now();
    co_return;
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
      ReportWaiting(pod,
                    {.code = PodWait::kEngine,
                     .error = Cat("waiting for the Docker Engine at ", options_.engine.ToString(), ": ", error.message),
                     .tried = static_cast<uint32_t>(pod.troubles + 1)});
    }
    co_await pod.wake.WaitFor(Backoff(pod.troubles++));
    if (answers) co_return;
  }
}

}  // namespace sandbox::runner
