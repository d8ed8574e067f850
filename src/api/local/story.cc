#include "api/local/story.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/local/row_json.h"

namespace sandbox::api {
namespace {

using model::ExecutionPhase;
using nlohmann::json;

constexpr size_t kNamesShown = 3;

std::string Amount(const json& wait, const char* name) {
  const int64_t amount = wait.value(name, int64_t{0});
  return wait.value("resource", "") == "cpu" ? model::CpuText(amount) : BytesWords(amount);
}

std::string ResourceSentence(const std::string& node, const json& wait) {
  std::string out = Cat(node, " waits for its turn");
  if (wait.contains("resource"))
    out = Cat(node, " waits for ", wait["resource"].get<std::string>(), ": it needs ", Amount(wait, "needs"), ", ",
              Amount(wait, "free"), " of ", Amount(wait, "total"), " is free");
  const uint64_t ahead = wait.value("ahead_count", uint64_t{0});
  if (ahead == 0) return out + ".";
  const json first = wait.value("ahead", json::array());
  std::string names;
  for (const json& each : first) names += Cat(names.empty() ? ": " : ", ", each.value("execution", ""));
  return Cat(out, ". ", ahead, " before it", names, ahead > first.size() && !first.empty() ? ", …" : ".");
}

std::string PullSentence(const std::string& node, const json& wait) {
  const std::string out = Cat(node, " waits for its image ", wait.value("reference", ""));
  if (!wait.contains("total")) return out + ", which is being pulled.";
  return Cat(out, ": ", BytesWords(wait.value("bytes", int64_t{0})), " of ", BytesWords(wait["total"]), " pulled.");
}

std::string WaitSentence(const json& story) {
  const json& wait = story["wait"];
  const std::string code = wait["code"], node = story["display"];
  const auto text = [&wait](const char* name) { return wait.value(name, ""); };
  if (code == "RESOURCES") return ResourceSentence(node, wait);
  if (code == "IMAGE_PULL") return PullSentence(node, wait);
  if (code == "IMAGE_MISSING")
    return Cat(node, " cannot start: there is no image ", text("reference"), " in Docker. Build it: ", text("command"));
  if (code == "GATE" && text("gate") != "sleep")
    return Cat(node, " waits for your ", text("gate") == "approve" ? "approval." : "value.");
  if (code == "PARALLELISM")
    return Cat(CountWords(story["n"], "node"), story["n"] == 1 ? " waits" : " wait", ": at most ",
               wait.value("limit", uint64_t{0}), " run at once in this execution.");
  if (code == "CHILD" && wait.contains("execution")) return Cat(node, " waits for ", text("execution"), ".");
  if (code == "CACHE") return Cat(node, " waits: another task computes the same cached result.");
  if (code == "ENGINE")
    return Cat("Docker does not answer since ", text("since"), "; ", CountWords(story["n"], "node"),
               story["n"] == 1 ? " waits." : " wait.");
  const std::string sentence = text("text");
  const bool verb = sentence.starts_with("waits") || sentence.starts_with("sleeps");
  return AsSentence(Cat(node, verb ? " " : ": ", sentence));
}

// The code of the story of a wait: "wait.resources", "wait.imageMissing".
std::string CodeOf(const json& wait) {
  const std::string name = wait["code"];
  std::string code = "wait.";
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
    } else {
      code += upper ? c : static_cast<char>(c - 'A' + 'a');
      upper = false;
    }
  }
  return code == "wait.imagePull" ? "wait.image" : code;
}

json ActionsOf(const json& wait) {
  const std::string code = wait["code"];
  if (code == "IMAGE_MISSING") return {"build_image"};
  if (code == "GATE") return wait.value("gate", "") == "sleep" ? json::array() : json{"approve"};
  if (code == "ENGINE" || code == "CONNECTOR") return {"doctor"};
  if (code == "CHILD") return {"open_child"};
  return json::array();
}

json WaitStory(const RunFacts& facts, const NodeFacts& node) {
  const auto same = std::ranges::count_if(facts.open, [&node](const NodeFacts& other) {
    return other.wait.is_object() && other.wait["code"] == node.wait["code"];
  });
  json out = {{"code", CodeOf(node.wait)},       {"wait", node.wait},
              {"node", node.record.id.node},     {"display", node.display},
              {"attempt", node.record.attempts}, {"n", same},
              {"actions", ActionsOf(node.wait)}};
  if (node.record.item >= 0) out.update({{"item", node.record.item}, {"array", node.record.parent}});
  out["text"] = WaitSentence(out);
  return out;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string out;
  const size_t shown = std::min(names.size(), kNamesShown);
  for (size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == shown && names.size() <= kNamesShown;
    out += Cat(i == 0 ? "" : last ? " and " : ", ", names[i]);
  }
  return names.size() > kNamesShown ? Cat(out, " and ", names.size() - kNamesShown, " more") : out;
}

// What runs; the items of one array are one name.
std::vector<std::string> RunningNames(const RunFacts& facts) {
  std::vector<std::pair<std::string, uint64_t>> found;  // and how many items
  for (const NodeFacts& node : facts.open) {
    if (node.wait.is_object() && node.wait["code"] != "STARTING") continue;
    const bool item = node.record.item >= 0;
    const std::string name = item ? node.display.substr(0, node.display.rfind('[')) : node.display;
    const auto known =
        std::ranges::find_if(found, [&](const auto& each) { return item && each.second > 0 && each.first == name; });
    if (known == found.end()) {
      found.emplace_back(name, item);
    } else {
      ++known->second;
    }
  }
  std::vector<std::string> out;
  for (const auto& [name, items] : found)
    out.push_back(items == 0 ? name : Cat(name, " (", CountWords(items, "item"), ")"));
  return out;
}

json RunningStory(const RunFacts& facts, int64_t millis) {
  const std::vector<std::string> names = RunningNames(facts);
  std::string text = Cat("Running for ", DurationWords(millis), ". ", facts.done, " of ",
                         CountWords(facts.total, "node"), facts.total == 1 ? " is done" : " are done");
  text += names.empty() ? "." : Cat("; ", Joined(names), names.size() == 1 ? " runs now." : " run now.");
  if (facts.waiting_for_turn > 0)
    text += Cat(" ", facts.waiting_for_turn, facts.waiting_for_turn == 1 ? " more waits" : " more wait",
                " for a turn: at most ", facts.execution.settings.max_parallelism, " run at once.");
  json out = {{"code", "running"},    {"text", text},      {"done", facts.done},      {"total", facts.total},
              {"names", json(names)}, {"n", names.size()}, {"actions", json::array()}};
  return out;
}

json SucceededStory(const RunFacts& facts, int64_t millis) {
  std::string text = Cat("Succeeded in ", DurationWords(millis));
  text += facts.cached == 0 ? "."
                            : Cat("; ", facts.cached, " of ", CountWords(facts.tasks, "node"), " came from the cache.");
  return {{"code", "ok"}, {"text", text}, {"cached", facts.cached}, {"total", facts.tasks}, {"actions", json::array()}};
}

json FailedStory(const RunFacts& facts, int64_t millis) {
  json out = FailureStory(facts);
  const bool over = IsTerminal(facts.execution.phase);
  std::string text = Cat(over ? "Failed after " : "Failing after ", DurationWords(millis), ". ", FailureSentence(out));
  if (facts.behind > 0) text += Cat(" ", CountWords(facts.behind, "node"), " behind it never started.");
  out["text"] = text;
  return out;
}

json AbortedStory(const RunFacts& facts, int64_t millis) {
  const std::string& cause = facts.execution.abort_cause;
  const bool over = IsTerminal(facts.execution.phase);
  const std::string text = Cat(over ? "Aborted after " : "Aborting after ", DurationWords(millis),
                               cause.empty() ? " without a reason" : ": ", cause);
  json out = {{"code", "aborted"}, {"text", AsSentence(text)}, {"actions", {"relaunch"}}};
  if (!cause.empty()) out["reason"] = cause;
  return out;
}

json PhaseStory(const RunFacts& facts, int64_t millis) {
  switch (facts.execution.phase) {
    case ExecutionPhase::kSucceeded: return SucceededStory(facts, millis);
    case ExecutionPhase::kFailed:
    case ExecutionPhase::kFailing:
    case ExecutionPhase::kTimedOut: return FailedStory(facts, millis);
    case ExecutionPhase::kAborted:
    case ExecutionPhase::kAborting: return AbortedStory(facts, millis);
    default: break;
  }
  const NodeFacts* wait = MainWait(facts.open);
  return wait != nullptr ? WaitStory(facts, *wait) : RunningStory(facts, millis);
}

}  // namespace

json StoryOf(const RunFacts& facts, Instant now) {
  const model::ExecutionRecord& execution = facts.execution;
  const Instant began = execution.started_at == Instant{} ? execution.created_at : execution.started_at;
  const Duration lasted = execution.duration.value_or(std::max(now - began, Duration::zero()));
  json out = PhaseStory(facts, MillisOf(lasted));
  out["started_at"] = TimeRow(execution.started_at);
  out["duration_ms"] = MillisRow(execution.duration);
  return out;
}

}  // namespace sandbox::api
