#include "outcome.h"

#include <algorithm>

#include "flyteidl/core/errors.pb.h"
#include "flyteidl/core/literals.pb.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using model::ErrorKind;

constexpr int kKilled = 137;      // 128 + SIGKILL
constexpr int kKilledAlso = 247;  // what some shells report for it

std::string Unready(const PodSpec& pod) {
  std::string names;
  for (const ContainerSpec& container : pod.containers) {
    if (!container.init) names += Cat(names.empty() ? "" : " ", container.name);
  }
  return Cat("containers with unready status: [", names, "]|");
}

// The runner names the image that it waits for, which need not be the primary's.
std::string BackOff(const PodSpec& pod, const PodReport& report) {
  return report.message.starts_with("Back-off")
             ? report.message
             : Cat("Back-off pulling image \"", pod.containers[pod.primary].image, "\"");
}

std::string EndText(const ContainerEnd& end) {
  if (end.exit_code == 0) return Cat("\r\n[", end.name, "] terminated with ExitCode 0.");
  return Cat("\r\n[", end.name, "] terminated with exit code (", end.exit_code, "). Reason [", end.reason,
             "]. Message: \n", end.message, ".");
}

std::string_view KindName(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUser: return "USER";
    case ErrorKind::kSystem: return "SYSTEM";
    case ErrorKind::kUnknown: break;
  }
  return "UNKNOWN";
}

Instant ToInstant(const google::protobuf::Timestamp& time) {
  return Instant(std::chrono::seconds(time.seconds()) + std::chrono::nanoseconds(time.nanos()));
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
  if (error.has_timestamp()) out.error.timestamp = ToInstant(error.timestamp());
  return out;
}

// What the starter of pods will never start.
bool IsRefusal(std::string_view reason) {
  return reason == "MissingSecret" || reason == "BadTaskFormat" || reason == "ResourceRequestsExceedLimits";
}

}  // namespace

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

// The pod runs on and its primary container has ended: that one's end is all that counts.
Outcome ClassifyPrimary(const PodSpec& pod, const PodReport& report) {
  const auto end = std::ranges::find(report.containers, pod.containers[pod.primary].name, &ContainerEnd::name);
  if (end == report.containers.end()) {
    return Permanent(
        ErrorKind::kUser, "PrimaryContainerNotFound",
        Cat("Primary container [", pod.containers[pod.primary].name, "] not found in pod's container statuses"));
  }
  const std::string message = EndText(*end);
  if (end->oom_killed || end->reason == "OOMKilled") return Retryable(ErrorKind::kUser, "OOMKilled", message);
  if (end->exit_code == 0) return {};
  const bool killed = end->exit_code == kKilled || end->exit_code == kKilledAlso;
  return Retryable(killed ? ErrorKind::kSystem : ErrorKind::kUser, end->reason, message);
}

}  // namespace

Outcome ClassifyPod(const PodSpec& pod, const PodReport& report) {
  if (report.state == PodState::kLost) {
    return Retryable(
        ErrorKind::kSystem, "ResourceDeletedExternally",
        Cat("resource not found, name [", pod.pod_namespace, "/", pod.name, "]. reason: ", report.message));
  }
  if (report.others_ran) return ClassifyPrimary(pod, report);
  const bool failed =
      std::ranges::any_of(report.containers, [](const ContainerEnd& end) { return end.exit_code != 0; });
  const bool out_of_memory = std::ranges::any_of(
      report.containers, [](const ContainerEnd& end) { return end.oom_killed || end.reason == "OOMKilled"; });
  if (!failed) {
    if (out_of_memory) return Retryable(ErrorKind::kUser, "OOMKilled", "Pod reported success despite being OOMKilled");
    return {};
  }
  std::string message = "Pod failed. No message received from kubernetes.";
  ErrorKind kind = ErrorKind::kSystem;
  for (const ContainerEnd& end : report.containers) {
    message += EndText(end);
    const bool killed = end.exit_code == kKilled || end.exit_code == kKilledAlso;
    if (killed && end.name != pod.containers[pod.primary].name) kind = ErrorKind::kUser;
  }
  if (out_of_memory) return Retryable(ErrorKind::kUser, "OOMKilled", std::move(message));
  return Retryable(kind, "Interrupted", std::move(message));
}

std::optional<Outcome> ClassifyWait(const PodSpec& pod, const PodReport& report, Duration waited, Duration grace) {
  const std::string& reason = report.waiting_reason;
  const std::string code = Cat("ContainersNotReady|", reason);
  if (reason == "InvalidImageName") return Permanent(ErrorKind::kUser, code, Unready(pod) + report.message);
  if (reason == "CreateContainerConfigError") return Permanent(ErrorKind::kUser, code, Unready(pod) + report.message);
  if (IsRefusal(reason)) return Permanent(ErrorKind::kUser, reason, report.message);
  if (waited < grace) return std::nullopt;
  const std::string expired = Cat("Grace period [", FormatGoDuration(grace), "] exceeded|", Unready(pod));
  if (reason == "ImagePullBackOff" || reason == "ErrImagePull") {
    return Retryable(ErrorKind::kUser, "ContainersNotReady|ImagePullBackOff", expired + BackOff(pod, report));
  }
  if (reason == "CreateContainerError") return Permanent(ErrorKind::kUser, code, expired + report.message);
  return std::nullopt;
}

std::string WaitReason(const PodSpec& pod, const PodReport& report) {
  const std::string& reason = report.waiting_reason;
  if (reason.empty()) return "Demistify Pending";
  if (IsRefusal(reason) || reason == "WaitingForResources") return report.message;
  const std::string head = Cat("[ContainersNotReady|", reason, "]: ", Unready(pod));
  if (reason == "ContainerCreating" || reason == "PodInitializing") return head;
  if (reason == "ImagePullBackOff") return head + BackOff(pod, report);
  return head + report.message;
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
