#include "cli/changes.h"

#include <algorithm>

#include "cli/times.h"
#include "cli/tree.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

// When it came into its phase; nothing: not known.
std::optional<int64_t> Since(const json& of) {
  for (const char* key : {"ended_at", "started_at", "queued_at", "created_at"}) {
    if (const auto at = MillisAt(of, key)) return at;
  }
  return std::nullopt;
}

std::string WaitText(const json& of) {
  const auto wait = of.find("wait");
  if (wait == of.end() || !wait->is_object() || TextAt(*wait, "code") == "STARTING") return "";
  return WaitGist(TextAt(*wait, "text"));
}

std::string LastTook(const json& of) {
  const auto started = MillisAt(of, "started_at"), ended = MillisAt(of, "ended_at");
  return started && ended ? TookMillis(*ended - *started) : "";
}

std::string ItemsText(const json& node) {
  if (!node.contains("items") || !node["items"].contains("by_phase")) return "";
  std::string out;
  for (const auto& [phase, count] : node["items"]["by_phase"].items())
    out += Cat(out.empty() ? "" : ", ", count.dump(), " ", phase);
  return out.empty() ? "" : Cat(node["items"]["total"].dump(), " items: ", out);
}

// The phase with what is to be known about it.
std::string NodeState(const json& node) {
  const std::string phase = TextAt(node, "phase");
  std::string out = phase;
  if (phase == "FAILED" && node.contains("error") && node["error"].is_object())
    return Cat(out, "  ", ErrorGist(TextAt(node["error"], "message")));
  for (const std::string& more : {IsEnded(phase) ? LastTook(node) : WaitText(node), ItemsText(node)}) {
    if (!more.empty()) out += "  " + more;
  }
  return out;
}

}  // namespace

std::string NodeText(const json& node) {
  const std::string id = TextAt(node, "id"), display = TextAt(node, "display");
  const std::string name = display.substr(display.rfind('.') + 1);  // npos + 1 is 0
  return name.empty() || name == id ? id : Cat(id, " ", name);
}

std::vector<std::string> Changes::Look(const json& run, int64_t now_ms) {
  const json& execution = run.at("execution");
  const int64_t begin = MillisAt(execution, "created_at").value_or(now_ms);
  std::multimap<int64_t, std::string> found;  // of the same time in their order
  const auto tell = [&](const std::string& key, const std::string& who, const std::string& state, const json& of) {
    std::string& told = told_[key];
    if (told == state) return;
    const std::string phase = TextAt(of, "phase");
    const bool same_phase = told.substr(0, told.find(' ')) == phase;
    told = state;
    const int64_t at = same_phase ? now_ms : Since(of).value_or(now_ms);
    found.emplace(at, Cat("+", TookMillis(std::max<int64_t>(0, at - begin)), "  ", who, "  ", state));
  };
  for (const json& node : run.at("nodes")) {
    const std::string phase = TextAt(node, "phase"), kind = TextAt(node, "kind");
    if (phase == "NOT_STARTED" || kind == "start" || kind == "end") continue;
    tell(TextAt(node, "id"), NodeText(node), NodeState(node), node);
  }
  std::vector<std::string> out;
  for (auto& [at, line] : found) out.push_back(std::move(line));
  found.clear();
  tell("", TextAt(execution, "id"), TextAt(execution, "phase"), execution);
  if (!found.empty()) {
    const bool last = IsEnded(TextAt(execution, "phase"));
    out.insert(last ? out.end() : out.begin(), found.begin()->second);
  }
  return out;
}

}  // namespace sandbox::cli
