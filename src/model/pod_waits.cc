// The words of a pod's wait, and what is learnt of a pod.

#include <algorithm>

#include "sandbox/base/error.h"
#include "sandbox/model/pods.h"

namespace sandbox::model {
namespace {

constexpr char kAgainstNoGpu[] =
    "; install NVIDIA's driver and Container Toolkit and restart the Docker Engine (Podman hands out none), or take "
    "`gpu` out of the task's resources";

std::string AmountText(const std::string& resource, int64_t amount) {
  return resource == "cpu" || resource == "gpu" ? CpuText(amount) : MemoryText(amount);
}

std::string ShortageText(const WaitReason& wait) {
  std::string text;
  for (const Shortage& each : wait.shortages) {
    text += Cat(text.empty() ? "" : "; ", each.resource, ": needs ", AmountText(each.resource, each.needs), ", ",
                AmountText(each.resource, each.free), " of ", AmountText(each.resource, each.total), " free");
  }
  return Cat("waits for ", text.empty() ? "its turn: other tasks came first" : text);
}

std::string AheadText(const WaitReason& wait) {
  if (wait.ahead_count == 0) return "";
  std::string names;
  for (const NodeExecutionId& each : wait.ahead)
    names += Cat(names.empty() ? "" : ", ", each.execution.name, "/", each.node);
  const size_t others = wait.ahead_count - std::min<size_t>(wait.ahead_count, wait.ahead.size());
  return Cat("; ", wait.ahead_count, " before it: ", names, others == 0 ? "" : Cat(" and ", others, " more"));
}

std::string RefusalText(const WaitReason& wait) {
  std::string text = "requested resources exceed limits";
  for (const Shortage& each : wait.shortages) {
    text += Cat(": ", each.resource, ": needs ", AmountText(each.resource, each.needs), ", this machine has ",
                AmountText(each.resource, each.total), " for tasks");
  }
  if (!wait.error.empty()) text += Cat(" (", wait.error, ")");
  if (!wait.shortages.empty() && wait.shortages.front().resource == "gpu") return text + kAgainstNoGpu;
  return text + "; lower the task's request, or raise `capacity` in config.yaml";
}

std::string PullText(const WaitReason& wait) {
  std::string text = Cat("pulls image \"", wait.image, "\"");
  if (wait.bytes_total > 0) text += Cat(": ", MemoryText(wait.bytes), " of ", MemoryText(wait.bytes_total));
  return text;
}

std::string MissingText(const WaitReason& wait) {
  std::string text = Cat("image \"", wait.image, "\" cannot be pulled");
  if (!wait.error.empty()) text += Cat(": ", wait.error);
  if (wait.next_try_at != Instant{})
    text += Cat("; tried again at ", FormatRfc3339(std::chrono::floor<std::chrono::seconds>(wait.next_try_at)));
  return Cat(text, "; an image that is built meanwhile is used at once: ", CommandAgainst(wait));
}

WaitWords Same(std::string_view status, std::string text) { return {status, text, text}; }

}  // namespace

std::string_view NameOf(EndReason reason) {
  switch (reason) {
    case EndReason::kCompleted: return "Completed";
    case EndReason::kError: return "Error";
    case EndReason::kOomKilled: return "OOMKilled";
    case EndReason::kStartError: return "StartError";
  }
  return "";
}

std::string_view NameOf(PodWait code) {
  switch (code) {
    case PodWait::kNone: break;
    case PodWait::kStarting: return "STARTING";
    case PodWait::kResources: return "RESOURCES";
    case PodWait::kNeverFits: return "NEVER_FITS";
    case PodWait::kSecret: return "SECRET";
    case PodWait::kBadSecret: return "BAD_SECRET";
    case PodWait::kImagePull: return "IMAGE_PULL";
    case PodWait::kImageFailed:
    case PodWait::kImageMissing: return "IMAGE_MISSING";
    case PodWait::kImageName: return "IMAGE_NAME";
    case PodWait::kRefused: return "REFUSED";
    case PodWait::kConfig: return "CONFIG";
    case PodWait::kEngine: return "ENGINE";
  }
  return "";
}

WaitWords WordsOf(const WaitReason& wait) {
  switch (wait.code) {
    case PodWait::kNone: break;
    case PodWait::kStarting: return {"ContainerCreating", "", "its containers are being made"};
    case PodWait::kResources: return Same("WaitingForResources", ShortageText(wait) + AheadText(wait));
    case PodWait::kNeverFits: return Same("ResourceRequestsExceedLimits", RefusalText(wait));
    case PodWait::kSecret: return Same("MissingSecret", wait.error);
    case PodWait::kBadSecret: return Same("BadTaskFormat", wait.error);
    case PodWait::kImagePull: return {"ContainerCreating", Cat("Pulling image \"", wait.image, "\""), PullText(wait)};
    case PodWait::kImageFailed:
      return {"ErrImagePull", Cat("Failed to pull image \"", wait.image, "\": ", wait.error), MissingText(wait)};
    case PodWait::kImageMissing:
      return {"ImagePullBackOff", Cat("Back-off pulling image \"", wait.image, "\""), MissingText(wait)};
    case PodWait::kImageName:
      return Same("InvalidImageName",
                  Cat("Failed to apply default image tag \"", wait.image, "\": couldn't parse image name \"",
                      wait.image, "\": invalid reference format"));
    case PodWait::kRefused: return Same("CreateContainerError", wait.error);
    case PodWait::kConfig: return Same("CreateContainerConfigError", wait.error);
    case PodWait::kEngine: return Same("EngineUnavailable", wait.error);
  }
  return {};
}

std::string CommandAgainst(const WaitReason& wait) {
  const bool image = wait.code == PodWait::kImageFailed || wait.code == PodWait::kImageMissing;
  return image ? Cat("sandbox build . -t ", wait.image) : "";
}

std::string CpuText(int64_t millis) { return millis % 1000 == 0 ? Cat(millis / 1000) : Cat(millis, "m"); }

std::string MemoryText(int64_t bytes) {
  constexpr int64_t kKi = 1024;
  int64_t unit = kKi;
  const char* name = "Ki";
  for (const auto& [bigger, its_name] : {std::pair{kKi * kKi, "Mi"}, std::pair{kKi * kKi * kKi, "Gi"}}) {
    if (bytes < bigger) break;
    unit = bigger;
    name = its_name;
  }
  // Free memory is not rounded up.
  const int64_t tenths = bytes / unit * 10 + bytes % unit * 10 / unit;
  return tenths == 0 ? "0" : tenths % 10 == 0 ? Cat(tenths / 10, name) : Cat(tenths / 10, ".", tenths % 10, name);
}

void Learn(PodFacts& facts, const PodFacts& news) {
  const auto first = [](Instant& known, Instant told) {
    if (known == Instant{}) known = told;
  };
  const auto last = [](Instant& known, Instant told) { known = std::max(known, told); };
  first(facts.at.created, news.at.created);
  first(facts.at.admitted, news.at.admitted);
  first(facts.at.pull_started, news.at.pull_started);
  last(facts.at.pull_ended, news.at.pull_ended);
  first(facts.at.started, news.at.started);
  last(facts.at.ended, news.at.ended);
  if (!news.image_id.empty()) facts.image_id = news.image_id;
  if (!news.container_id.empty()) facts.container_id = news.container_id;
  facts.peak_memory_bytes = std::max(facts.peak_memory_bytes, news.peak_memory_bytes);
  if (news.cpu_mean_millis) facts.cpu_mean_millis = news.cpu_mean_millis;
  facts.oom_killed |= news.oom_killed;
}

}  // namespace sandbox::model
