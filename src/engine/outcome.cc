#include "outcome.h"

#include <algorithm>
#include <tuple>

#include "flyteidl/core/errors.pb.h"
#include "flyteidl/core/literals.pb.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::PodWait;

constexpr int kKilled = 137;       // 128 + SIGKILL: how a shell and the container's engine tell it
constexpr int kKilledChild = 247;  // 256 - SIGKILL: how a Python parent passes it on

std::string Unready(const PodSpec& pod) {
  std::string names;
  for (const ContainerSpec& container : pod.containers) {
    if (container.role == ContainerRole::kApp) names += Cat(names.empty() ? "" : " ", container.name);
  }
  return Cat("containers with unready status: [", names, "]|");
}

std::string EndText(const ContainerEnd& end) {
  return Cat("\r\n[", end.name, "] terminated with exit code (", end.exit_code, "). Reason [", NameOf(end.reason),
             "]. Message: \n", end.message, ".");
}

bool WasKilled(const ContainerEnd& end) { return end.exit_code == kKilled || end.exit_code == kKilledChild; }

std::string_view KindName(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUser: return "USER";
    case ErrorKind::kSystem: return "SYSTEM";
    case ErrorKind::kUnknown: break;
  }
  return "UNKNOWN";
}

Outcome Broken(std::string message) {
  return {Outcome::Kind::kBroken, {"", std::move(message), "", ErrorKind::kSystem, {}, ""}};
}

Outcome FromErrorDocument(const ObjectFound& found, const std::string& uri, uint64_t bytes_max) {
  if (found.state == ObjectFound::State::kTooLarge)
    return Broken(
        Cat("failed to read error data from task @[", uri, "]: ", TooLarge("error", uri, found.size, bytes_max)));
  core::ErrorDocument document;
  if (!document.ParseFromString(found.bytes)) {
    return Broken(Cat("failed to read error data from task @[", uri, "]: unmarshall: ", uri,
                      ": proto: cannot parse invalid wire-format data"));
  }
  if (!document.has_error()) {
    return Retryable(ErrorKind::kSystem, "ErrorFileBadFormat",
                     Cat("error not formatted correctly, nil error @path [", uri, "]"));
  }
  const core::ContainerError& error = document.error();
  Outcome out;
  out.kind = error.kind() == core::ContainerError::RECOVERABLE ? Outcome::Kind::kRetryable : Outcome::Kind::kPermanent;
  out.error = {error.code(), error.message(), "", static_cast<ErrorKind>(error.origin()), {}, error.worker()};
  if (error.has_timestamp()) out.error.timestamp = InstantOf(error.timestamp().seconds(), error.timestamp().nanos());
  return out;
}

// What the starter of pods will never start.
bool IsRefusal(PodWait code) {
  return code == PodWait::kSecret || code == PodWait::kBadSecret || code == PodWait::kNeverFits;
}

}  // namespace

const ContainerEnd* DecidingEnd(const PodSpec& pod, const PodReport& report) {
  if (pod.end_rule != EndRule::kPrimary || report.deadline_exceeded || report.interrupted) return nullptr;
  const auto end = std::ranges::find(report.containers, pod.containers[pod.primary].name, &ContainerEnd::name);
  return end == report.containers.end() || end->reason == EndReason::kStartError ? nullptr : &*end;
}

std::string TooLarge(std::string_view what, const std::string& uri, uint64_t size, uint64_t bytes_max) {
  return Cat(what, " file @[", uri, "] is too large [", size, "] bytes, max allowed [", bytes_max, "] bytes");
}

Outcome Retryable(ErrorKind kind, std::string code, std::string message) {
  return {Outcome::Kind::kRetryable, {std::move(code), std::move(message), "", kind, {}, ""}};
}

Outcome Permanent(ErrorKind kind, std::string code, std::string message) {
  return {Outcome::Kind::kPermanent, {std::move(code), std::move(message), "", kind, {}, ""}};
}

namespace {

// Upstream looks while the pod still runs and its primary has just ended: that container's end is all that counts.
Outcome ClassifyPrimary(const ContainerEnd& end) {
  if (end.reason == EndReason::kOomKilled) return Retryable(ErrorKind::kUser, "OOMKilled", EndText(end));
  if (end.exit_code == 0) return {};
  return Retryable(WasKilled(end) ? ErrorKind::kSystem : ErrorKind::kUser, std::string(NameOf(end.reason)),
                   EndText(end));
}

// Init containers as they come, then the others by name.
std::vector<const ContainerEnd*> InOrder(const PodSpec& pod, const PodReport& report) {
  std::vector<const ContainerEnd*> out;
  for (const ContainerEnd& end : report.containers) out.push_back(&end);
  std::ranges::sort(out, {}, [&pod](const ContainerEnd* end) {
    const auto spec = std::ranges::find(pod.containers, end->name, &ContainerSpec::name);
    const bool app = spec != pod.containers.end() && spec->role == ContainerRole::kApp;
    return std::tuple(app, app ? end->name : std::string(), end);
  });
  return out;
}

// Upstream sees the pod only when it has failed as a whole. The last container that was killed, or ran out of memory,
// gives the code; only a killed primary that is known by its name makes it the system's failure.
Outcome ClassifyFailedPod(const PodSpec& pod, const PodReport& report) {
  std::string code = report.deadline_exceeded ? "DeadlineExceeded" : "";
  std::string message = report.deadline_exceeded ? "Pod was active on the node longer than the specified deadline"
                                                 : "Pod failed. No message received from kubernetes.";
  bool system = false;
  for (const ContainerEnd* end : InOrder(pod, report)) {
    if (end->reason == EndReason::kOomKilled) {
      code = "OOMKilled";
    } else if (WasKilled(*end)) {
      code = "Interrupted";
      system |= pod.end_rule == EndRule::kPrimary && end->name == pod.containers[pod.primary].name;
    }
    message += end->exit_code == 0 ? Cat("\r\n[", end->name, "] terminated with ExitCode 0.") : EndText(*end);
  }
  // Upstream's cluster deletes such a pod, or loses it, which is the system's failure as well.
  if (code.empty() || report.interrupted) {
    code = "Interrupted";
    system = true;
  }
  return Retryable(system ? ErrorKind::kSystem : ErrorKind::kUser, std::move(code), std::move(message));
}

}  // namespace

Outcome ClassifyPod(const PodSpec& pod, const PodReport& report) {
  if (report.state == PodState::kLost) {
    return Retryable(
        ErrorKind::kSystem, "ResourceDeletedExternally",
        Cat("resource not found, name [", pod.pod_namespace, "/", pod.name, "]. reason: ", report.message));
  }
  if (const ContainerEnd* decides = DecidingEnd(pod, report)) return ClassifyPrimary(*decides);
  const auto failed = [](const ContainerEnd& end) { return end.exit_code != 0; };
  if (report.deadline_exceeded || std::ranges::any_of(report.containers, failed)) return ClassifyFailedPod(pod, report);
  const auto out_of_memory = [](const ContainerEnd& end) { return end.reason == EndReason::kOomKilled; };
  if (std::ranges::any_of(report.containers, out_of_memory))
    return Retryable(ErrorKind::kUser, "OOMKilled", "Pod reported success despite being OOMKilled");
  return {};
}

std::optional<Outcome> ClassifyWait(const PodSpec& pod, const PodReport& report, Duration waited, Duration grace) {
  const PodWait code = report.wait.code;
  const model::WaitWords words = model::WordsOf(report.wait);
  const std::string name = Cat("ContainersNotReady|", words.status);
  if (code == PodWait::kImageName) return Permanent(ErrorKind::kUser, name, Unready(pod) + words.message);
  if (code == PodWait::kConfig)
    return Permanent(ErrorKind::kUser, name, Cat("Grace period [0s] exceeded|", Unready(pod), words.message));
  if (IsRefusal(code)) return Permanent(ErrorKind::kUser, std::string(words.status), words.message);
  if (waited < grace) return std::nullopt;
  const std::string expired = Cat("Grace period [", FormatGoDuration(grace), "] exceeded|", Unready(pod));
  if (code == PodWait::kRefused) return Permanent(ErrorKind::kUser, name, expired + words.message);
  if (code != PodWait::kImageMissing && code != PodWait::kImageFailed) return std::nullopt;
  model::WaitReason missing = report.wait;
  missing.code = PodWait::kImageMissing;
  return Retryable(ErrorKind::kUser, "ContainersNotReady|ImagePullBackOff", expired + model::WordsOf(missing).message);
}

std::string ReasonText(const PodSpec& pod, const PodReport& report) {
  const model::WaitWords words = model::WordsOf(report.wait);
  switch (report.wait.code) {
    case PodWait::kNone: return "Demistify Pending";
    case PodWait::kSecret:
    case PodWait::kBadSecret:
    case PodWait::kNeverFits:
    case PodWait::kResources:
    case PodWait::kEngine: return words.message;
    default: break;
  }
  const std::string head = Cat("[ContainersNotReady|", words.status, "]: ", Unready(pod));
  return words.status == "ContainerCreating" ? head : head + words.message;
}

Outcome ClassifyObjects(const AttemptObjects& objects, const std::string& prefix, bool declares_outputs,
                        uint64_t bytes_max, Literals& outputs) {
  if (objects.error.state != ObjectFound::State::kMissing)
    return FromErrorDocument(objects.error, prefix + "/error.pb", bytes_max);
  if (!declares_outputs) return {};
  const std::string uri = prefix + "/outputs.pb";
  switch (objects.outputs.state) {
    case ObjectFound::State::kMissing:
      return Retryable(ErrorKind::kUnknown, "OutputsNotFound", "Outputs not generated by task execution");
    case ObjectFound::State::kTooLarge:
      return Permanent(
          ErrorKind::kUnknown, "OutputSizeExceeded",
          Cat("Remote output size exceeds max, err: [", TooLarge("output", uri, objects.outputs.size, bytes_max),
              ": remote file exceeds max size]"));
    case ObjectFound::State::kPresent: break;
  }
  auto map = std::make_shared<core::LiteralMap>();
  if (!map->ParseFromString(objects.outputs.bytes)) {
    return Broken(Cat("failed to read data from task outputs @[", uri, "]: unmarshall: ", uri,
                      ": proto: cannot parse invalid wire-format data"));
  }
  outputs = std::move(map);
  return {};
}

RetryDecision DecideRetry(const Outcome& outcome, uint32_t attempts, uint32_t system_failures, uint32_t attempts_max) {
  RetryDecision out;
  out.error = outcome.error;
  if (outcome.kind != Outcome::Kind::kRetryable) return out;
  out.system = outcome.error.kind == ErrorKind::kSystem;
  const uint32_t current = out.system ? system_failures : attempts + 1 - system_failures;
  const uint32_t budget = out.system ? kSystemRetriesMax : attempts_max;
  if (current < budget) {
    out.retry = true;
    return out;
  }
  out.error = {Cat("RetriesExhausted|", outcome.error.code),
               Cat("[", current, "/", budget, "] currentAttempt done. Last Error: ", KindName(outcome.error.kind),
                   "::", outcome.error.message),
               "",
               ErrorKind::kUser,
               {},
               ""};
  return out;
}

}  // namespace sandbox::engine
