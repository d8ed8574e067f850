#include "cli/timeline.h"

#include <algorithm>
#include <array>
#include <map>

#include "cli/changes.h"
#include "cli/times.h"
#include "cli/tree.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

// In the order in which they count.
enum Share : size_t { kRunning, kPulling, kStarting, kTurn, kYou, kLaunched, kPlatform, kShares };
struct ShareWords {
  const char *code, *text;
};
constexpr std::array<ShareWords, kShares> kWords = {
    {{"running", "tasks ran"},
     {"pulling", "images were pulled"},
     {"starting", "containers were made and started"},
     {"turn", "pods waited for cpu, memory or a turn"},
     {"you", "gates waited for an answer or a time"},
     {"launched", "executions that it launched went on"},
     {"platform", "the platform itself: inputs, outputs, the next node"}}};

struct Span {
  int64_t begin = 0, end = 0;
  Share share = kPlatform;
};

// The instants of an attempt, each at the next known one where it is not known itself; all in the past.
struct Course {
  int64_t created = 0, admitted = 0, pull_began = 0, pull_ended = 0, started = 0, ended = 0;
};

Course CourseOf(const json& attempt, int64_t now) {
  Course out;
  const auto at = [&](const char* key, int64_t otherwise) { return MillisAt(attempt, key).value_or(otherwise); };
  out.ended = at("ended_at", IsEnded(TextAt(attempt, "phase")) ? at("started_at", at("created_at", now)) : now);
  out.started = std::min(at("started_at", out.ended), out.ended);
  out.pull_ended = std::min(at("pull_ended_at", out.started), out.started);
  out.pull_began = std::min(at("pull_started_at", out.pull_ended), out.pull_ended);
  out.admitted = std::min(at("admitted_at", out.pull_began), out.pull_began);
  out.created = std::min(at("created_at", out.admitted), out.admitted);
  return out;
}

std::string BytesText(int64_t bytes) {
  if (bytes >= int64_t{1} << 30) {
    const int64_t tenths = bytes * 10 >> 30;
    return tenths % 10 == 0 ? Cat(tenths / 10, " GiB") : Cat(tenths / 10, ".", tenths % 10, " GiB");
  }
  return Cat(bytes >> 20, " MiB");
}

std::string CpuWords(int64_t millis) { return millis % 1000 == 0 ? Cat(millis / 1000, " cpu") : Cat(millis, "m cpu"); }

// "500m cpu, 200 MiB".
std::string NeedsText(const json& attempt) {
  const json request = attempt.value("request", json::object());
  std::string out;
  if (const auto cpu = request.find("cpu_millis"); cpu != request.end() && cpu->is_number()) out = CpuWords(*cpu);
  if (const auto memory = request.find("memory_bytes"); memory != request.end() && memory->is_number())
    out += Cat(out.empty() ? "" : ", ", BytesText(*memory));
  return out;
}

std::string ErrorText(const json& of) {
  const auto error = of.find("error");
  if (error == of.end() || !error->is_object()) return "";
  const std::string code = TextAt(*error, "code");  // an array that failed has none
  return Cat(code, code.empty() ? "" : ": ", ErrorGist(TextAt(*error, "message")));
}

// What it waits for now.
std::string WaitNow(const json& of) {
  const auto wait = of.find("wait");
  return wait != of.end() && wait->is_object() ? WaitGist(TextAt(*wait, "text")) : "";
}

void Join(std::string& out, const char* between, const std::string& more) {
  if (!more.empty()) out += Cat(out.empty() ? "" : between, more);
}

// Waits of less than this are not told: everything takes some time.
constexpr int64_t kWorthTelling = 20;

std::string AttemptText(const json& attempt, const Course& course) {
  std::string out, waited;
  const bool began = attempt.contains("started_at");
  if (const int64_t turn = course.admitted - course.created; turn >= kWorthTelling) {
    const std::string needs = NeedsText(attempt);
    Join(waited, ", ", Cat(TookMillis(turn), " for its turn", needs.empty() ? "" : Cat(" (needs ", needs, ")")));
  }
  if (const int64_t pull = course.pull_ended - course.pull_began; pull >= kWorthTelling)
    Join(waited, ", ",
         Cat(TookMillis(pull), " for image ", TextAt(attempt.value("image", json::object()), "reference")));
  if (!waited.empty()) out = "waited " + waited;
  const int64_t start = course.started - course.admitted - (course.pull_ended - course.pull_began);
  if (began && start >= kWorthTelling) Join(out, "; ", Cat("started in ", TookMillis(start)));
  if (began)
    Join(out, "; ",
         Cat(IsEnded(TextAt(attempt, "phase")) ? "ran " : "runs since ", TookMillis(course.ended - course.started)));
  if (!IsEnded(TextAt(attempt, "phase")) && !began) Join(out, "; ", WaitNow(attempt));
  return out;
}

std::string CountsText(const json& node) {
  std::string out;
  const json items = node.value("items", json::object());
  for (const auto& [phase, count] : items.value("by_phase", json::object()).items())
    Join(out, ", ", Cat(count.dump(), " ", phase));
  return Cat("map of ", items.value("total", 0), " items", out.empty() ? "" : ": ", out);
}

// Of a node that has no attempts in the list.
std::string NodeWords(const json& node) {
  const json cache = node.value("cache", json::object());
  std::string out;
  if (TextAt(cache, "status") == "CACHE_HIT") {
    const json from = cache.value("from", json::object());
    out = TextAt(from, "execution").empty() ? "outputs from the cache"
                                            : Cat("outputs from the cache, of execution ", TextAt(from, "execution"));
  } else if (node.contains("child_execution")) {
    out = Cat("launched execution ", TextAt(node["child_execution"], "id"));
  } else if (node.contains("items")) {
    out = CountsText(node);
  } else if (node.contains("gate")) {
    const std::string gate = TextAt(node["gate"], "gate");
    out =
        gate == "sleep" ? "slept" : Cat(gate == "approve" ? "approval " : "signal ", TextAt(node["gate"], "signal_id"));
  } else if (const std::string taken = TextAt(node, "taken_case"); !taken.empty()) {
    out = Cat("took ", taken);
  }
  if (!IsEnded(TextAt(node, "phase"))) Join(out, "; ", WaitNow(node));
  return out;
}

std::map<std::string, const json*> NodesById(const json& run) {
  std::map<std::string, const json*> out;
  for (const json& node : run.at("nodes")) out[TextAt(node, "id")] = &node;
  return out;
}

bool IsShown(const json& node) {
  const std::string kind = TextAt(node, "kind");
  return kind != "start" && kind != "end" && TextAt(node, "phase") != "NOT_STARTED";
}

// Nodes inside of which others are, or that have attempts, say nothing of their own.
std::map<std::string, bool> SpokenFor(const json& run) {
  std::map<std::string, bool> out;
  for (const json& attempt : run.at("attempts")) out[TextAt(attempt, "node")] = true;
  for (const json& node : run.at("nodes")) {
    if (const std::string parent = TextAt(node, "parent"); !parent.empty() && IsShown(node)) out[parent] = true;
  }
  return out;
}

std::vector<Span> SpansOf(const json& run, int64_t now) {
  std::vector<Span> out;
  for (const json& attempt : run.at("attempts")) {
    const Course c = CourseOf(attempt, now);
    out.insert(out.end(), {{c.created, c.admitted, kTurn},
                           {c.admitted, c.started, kStarting},
                           {c.pull_began, c.pull_ended, kPulling},
                           {attempt.contains("started_at") ? c.started : c.ended, c.ended, kRunning}});
  }
  for (const json& node : run.at("nodes")) {
    const auto started = MillisAt(node, "started_at");
    if (!started) continue;
    const int64_t ended = MillisAt(node, "ended_at").value_or(now);
    if (node.contains("gate")) out.push_back({*started, ended, kYou});
    if (node.contains("child_execution")) out.push_back({*started, ended, kLaunched});
    if (node.contains("items")) out.push_back({*started, ended, kRunning});
  }
  return out;
}

}  // namespace

std::vector<TimelineEntry> TimelineOf(const json& run, int64_t now) {
  std::multimap<int64_t, TimelineEntry> found;  // of the same time in their order
  const auto add = [&found](TimelineEntry entry) { found.emplace(entry.at_ms, std::move(entry)); };
  const int64_t begin = MillisAt(run.at("execution"), "created_at").value_or(now);
  const auto nodes = NodesById(run);
  const auto spoken_for = SpokenFor(run);
  for (const json& attempt : run.at("attempts")) {
    const Course course = CourseOf(attempt, now);
    const auto node = nodes.find(TextAt(attempt, "node"));
    std::string name = node == nodes.end() ? TextAt(attempt, "node") : NodeText(*node->second);
    if (const int number = attempt.value("attempt", 0); number > 0) name += Cat(", attempt ", number + 1);
    add({course.created - begin, course.ended - course.created, std::move(name), TextAt(attempt, "phase"),
         AttemptText(attempt, course), ErrorText(attempt)});
  }
  for (const json& node : run.at("nodes")) {
    if (!IsShown(node) || spoken_for.contains(TextAt(node, "id"))) continue;
    const int64_t at = MillisAt(node, "queued_at").value_or(MillisAt(node, "created_at").value_or(begin));
    const int64_t end = MillisAt(node, "ended_at").value_or(IsEnded(TextAt(node, "phase")) ? at : now);
    add({at - begin, std::max<int64_t>(0, end - at), NodeText(node), TextAt(node, "phase"), NodeWords(node),
         ErrorText(node)});
  }
  std::vector<TimelineEntry> out;
  for (auto& [at, entry] : found) out.push_back(std::move(entry));
  return out;
}

std::vector<TimeShare> SharesOf(const json& run, int64_t now) {
  const json& execution = run.at("execution");
  const int64_t begin = MillisAt(execution, "created_at").value_or(now);
  const int64_t end = std::max(begin, MillisAt(execution, "ended_at").value_or(now));
  // Where spans begin (+1) and end (-1); between two such times nothing changes.
  std::map<int64_t, std::array<int, kShares>> edges;
  edges[begin];
  edges[end];
  for (const Span& span : SpansOf(run, now)) {
    const int64_t from = std::clamp(span.begin, begin, end), to = std::clamp(span.end, begin, end);
    if (from >= to) continue;
    ++edges[from][span.share];
    --edges[to][span.share];
  }
  std::array<int, kShares> open{};
  std::array<int64_t, kShares> total{};
  for (auto edge = edges.begin(); std::next(edge) != edges.end(); ++edge) {
    for (size_t i = 0; i < kShares; ++i) open[i] += edge->second[i];
    const auto first = std::ranges::find_if(open, [](int count) { return count > 0; });
    total[std::min<size_t>(static_cast<size_t>(first - open.begin()), kPlatform)] +=
        std::next(edge)->first - edge->first;
  }
  std::vector<TimeShare> out;
  for (size_t i = 0; i < kShares; ++i) {
    if (total[i] > 0) out.push_back({kWords[i].code, kWords[i].text, total[i]});
  }
  std::ranges::sort(out, [](const TimeShare& a, const TimeShare& b) { return a.ms > b.ms; });
  return out;
}

}  // namespace sandbox::cli
