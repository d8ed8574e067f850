// Why a run failed, from the record of what failed first.

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "api/local/row_json.h"
#include "api/local/story.h"
#include "flyteidl/core/tasks.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "sandbox/base/text.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr size_t kMessageBytes = 300;

// "RetriesExhausted|OOMKilled" is about "OOMKilled".
std::string GistOf(const std::string& code) { return code.substr(code.rfind('|') + 1); }

bool IsOneOf(const std::string& word, std::initializer_list<const char*> words) {
  return std::ranges::any_of(words, [&](const char* each) { return word == each; });
}

// What a Python exception says in its one line, "ValueError: boom"; of other messages their last line.
std::string ErrorLineOf(const std::string& message) {
  static constexpr std::string_view kMark = "\nMessage:\n";
  const size_t mark = message.rfind(kMark);
  if (mark == std::string::npos) return LastLine(message, kMessageBytes);
  const size_t begin = message.find_first_not_of(" \t\r\n", mark + kMark.size());
  if (begin == std::string::npos) return "";
  return LastLine(message.substr(begin, message.find('\n', begin) - begin), kMessageBytes);
}

json UserError(const model::ExecutionError& error) {
  const std::string line = ErrorLineOf(error.message);
  const size_t colon = line.find(": ");
  const bool type = colon != std::string::npos && line.find(' ') > colon;
  return {{"code", "failed.user"},
          {"type", type ? line.substr(0, colon) : GistOf(error.code)},
          {"message", type ? line.substr(colon + 2) : line}};
}

json OutOfMemory(const NodeFacts& node) {
  json out = {{"code", "failed.oom"}, {"actions", {"raise_memory", "relaunch"}}};
  if (!node.attempt) return out;
  if (node.attempt->pod.facts.peak_memory_bytes != 0) out["used_bytes"] = node.attempt->pod.facts.peak_memory_bytes;
  const auto& definition = node.attempt->pod.definition;
  if (definition && definition->primary < definition->containers.size() &&
      definition->containers[definition->primary].memory_limit_bytes != 0)
    out["limit_bytes"] = definition->containers[definition->primary].memory_limit_bytes;
  return out;
}

json TimedOut(const NodeFacts& node) {
  json out = {{"code", "failed.timeout"}, {"actions", {"relaunch"}}};
  const auto take = [&out](const google::protobuf::Duration& limit) {
    const int64_t millis = limit.seconds() * 1000 + limit.nanos() / 1'000'000;
    if (millis > 0) out["limit_ms"] = millis;
  };
  if (const auto* task = node.place.Task()) take(task->metadata().timeout());
  if (node.place.node != nullptr && node.place.node->node != nullptr) take(node.place.node->node->metadata().timeout());
  return out;
}

// Which of the secrets that its task wants: the message names group and key.
json NoSecret(const NodeFacts& node, const model::ExecutionError& error) {
  json out = {
      {"code", "failed.secret"}, {"reason", ErrorLineOf(error.message)}, {"actions", {"set_secret", "relaunch"}}};
  const auto* task = node.place.Task();
  if (task == nullptr) return out;
  for (const auto& secret : task->security_context().secrets()) {
    if (error.message.find(Cat("group ", secret.group(), " and key ", secret.key())) == std::string::npos) continue;
    out["group"] = secret.group();
    out["key"] = secret.key();
    out["command"] = Cat("sandbox secrets set ", secret.group(), " ", secret.key());
  }
  return out;
}

json TooBig(const NodeFacts& node, const model::ExecutionError& error) {
  json out = {{"code", "failed.too_big"}, {"reason", ErrorLineOf(error.message)}, {"actions", {"relaunch"}}};
  if (!node.attempt || node.attempt->pod.wait.shortages.empty()) return out;
  const model::Shortage& first = node.attempt->pod.wait.shortages.front();
  out.update({{"resource", first.resource}, {"needs", first.needs}, {"total", first.total}});
  return out;
}

json NoImage(const NodeFacts& node, const model::ExecutionError& error) {
  json out = {{"code", "failed.image"}, {"actions", {"build_image", "relaunch"}}};
  std::string image = node.attempt ? node.attempt->pod.wait.image : "";
  if (image.empty() && node.attempt && node.attempt->pod.definition) {
    const model::PodDefinition& definition = *node.attempt->pod.definition;
    if (definition.primary < definition.containers.size()) image = definition.containers[definition.primary].image;
  }
  const bool told = node.attempt && !node.attempt->pod.wait.error.empty();
  out["reason"] = told ? LastLine(node.attempt->pod.wait.error, kMessageBytes) : ErrorLineOf(GistOf(error.message));
  if (image.empty()) return out;
  out["image"] = image;
  out["command"] = Cat("sandbox build . -t ", image);
  return out;
}

json NoOutput(const NodeFacts& node) {
  std::set<std::string> names;
  if (const auto* task = node.place.Task()) {
    for (const auto& [name, variable] : task->interface().outputs().variables()) names.insert(name);
  }
  return {{"code", "failed.output"}, {"outputs", names}, {"actions", {"relaunch"}}};
}

json ChildFailed(const ExecutionId& child) {
  return {{"code", "failed.child"},
          {"project", child.project},
          {"domain", child.domain},
          {"execution", child.name},
          {"actions", {"open_child"}}};
}

json SystemFailed(const model::ExecutionError& error) {
  return {{"code", "failed.system"}, {"reason", ErrorLineOf(error.message)}, {"actions", {"doctor", "relaunch"}}};
}

json WhyFailed(const NodeFacts& node, const model::ExecutionError& error) {
  const std::string gist = GistOf(error.code);
  const bool ran = node.attempt && node.attempt->exit_code.value_or(0) != 0;
  if (node.record.child_execution) return ChildFailed(*node.record.child_execution);
  if (gist == "OOMKilled" || (node.attempt && node.attempt->pod.facts.oom_killed && error.code.ends_with("Error")))
    return OutOfMemory(node);
  if (node.record.phase == model::NodePhase::kTimedOut ||
      IsOneOf(gist, {"Timeout", "TimeoutExpired", "DeadlineExceeded"}))
    return TimedOut(node);
  if (IsOneOf(gist, {"MissingSecret", "BadTaskFormat"})) return NoSecret(node, error);
  if (gist == "ResourceRequestsExceedLimits") return TooBig(node, error);
  if (IsOneOf(gist, {"ImagePullBackOff", "ErrImagePull", "InvalidImageName"})) return NoImage(node, error);
  if (gist == "OutputsNotFound") return NoOutput(node);
  if (ran && IsOneOf(gist, {"Error", "Interrupted"}))
    return {{"code", "failed.exit"}, {"exit_code", *node.attempt->exit_code}, {"actions", {"relaunch"}}};
  if (error.kind == model::ErrorKind::kSystem || gist.starts_with("SYSTEM") || gist == "Interrupted")
    return SystemFailed(error);
  return UserError(error);
}

const char* Nth(uint64_t number) {
  static constexpr std::array<const char*, 6> kWords = {"", "first", "second", "third", "fourth", "fifth"};
  return number < kWords.size() ? kWords[number] : "";
}

std::string LastAttempt(const json& story) {
  const uint64_t attempts = story.value("attempts", uint64_t{1});
  if (attempts < 2) return "";
  const std::string nth = Nth(attempts);
  return nth.empty() ? Cat(" on the last of its ", attempts, " attempts") : Cat(" on its ", nth, " and last attempt");
}

std::string AmountOf(const std::string& resource, int64_t amount) {
  return resource == "memory" ? BytesWords(amount) : model::CpuText(amount);
}

std::string MemorySentence(const json& story, const std::string& node) {
  std::string out = Cat(node, " ran out of memory", LastAttempt(story));
  if (!story.contains("limit_bytes")) return out + ".";
  const int64_t limit = story["limit_bytes"];
  if (!story.contains("used_bytes")) return Cat(out, ": its limit is ", BytesWords(limit), ".");
  return Cat(out, ": it used ", BytesWords(story["used_bytes"]), " of ", BytesWords(limit), ".");
}

std::string OutputSentence(const json& story, const std::string& node) {
  std::string names;
  for (const json& name : story["outputs"]) names += Cat(names.empty() ? "" : ", ", name.get<std::string>());
  return Cat(node, " did not write its output", story["outputs"].size() > 1 ? "s " : " ", names, ".");
}

}  // namespace

json FailureStory(const RunFacts& facts) {
  model::ExecutionError error = facts.execution.error.value_or(model::ExecutionError{});
  if (!facts.failure) {
    json out = error.kind == model::ErrorKind::kUser ? UserError(error) : SystemFailed(error);
    if (!out.contains("actions")) out["actions"] = {"relaunch"};
    return out;
  }
  const NodeFacts& node = *facts.failure;
  if (node.record.error) error = *node.record.error;
  json out = WhyFailed(node, error);
  if (!out.contains("actions")) out["actions"] = {"relaunch"};
  out.update({{"node", node.record.id.node},
              {"display", node.display},
              {"attempt", node.record.attempts},
              {"attempts", node.record.attempts + 1},
              {"behind", facts.behind}});
  if (node.record.item >= 0) out.update({{"item", node.record.item}, {"array", node.record.parent}});
  return out;
}

std::string FailureSentence(const json& story) {
  const std::string code = story["code"], node = story.value("display", "The execution");
  const auto text = [&story](const char* name) { return story.value(name, ""); };
  if (code == "failed.oom") return MemorySentence(story, node);
  if (code == "failed.exit") return Cat(node, " ended with exit code ", story["exit_code"].get<int>(), ".");
  if (code == "failed.output") return OutputSentence(story, node);
  if (code == "failed.child") return Cat(text("execution"), ", started by ", node, ", failed.");
  if (code == "failed.image")
    return AsSentence(Cat("The image ", text("image"), " of ", node, " cannot be had: ", text("reason")));
  if (code == "failed.system") return AsSentence(Cat("The platform failed, not your code: ", text("reason")));
  if (code == "failed.timeout") {
    if (!story.contains("limit_ms")) return Cat(node, " took longer than it may.");
    return Cat(node, " took longer than ", DurationWords(story["limit_ms"]), ".");
  }
  if (code == "failed.secret") {
    if (!story.contains("group")) return AsSentence(Cat(node, " wants a secret that cannot be had: ", text("reason")));
    return Cat(node, " wants the secret ", text("group"), "/", text("key"), ", which is not set.");
  }
  if (code == "failed.too_big") {
    if (!story.contains("needs")) return AsSentence(Cat(node, ": ", text("reason")));
    const std::string resource = text("resource");
    return Cat(node, " asks for ", AmountOf(resource, story["needs"]), " of ", resource, "; this machine has ",
               AmountOf(resource, story["total"]), ".");
  }
  return AsSentence(Cat(node, " raised ", text("type"), text("message").empty() ? "" : ": ", text("message")));
}

}  // namespace sandbox::api
