#include "cli/target.h"

#include <algorithm>

#include "cli/place.h"
#include "cli/tree.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;
using Fetch = Result<json> (Client::*)(const Place&, const std::string&);

constexpr char kNewest[] = "@latest";
constexpr char kWord[] = "its name, the beginning of it, or @latest";
constexpr size_t kCandidatesShown = 8;
constexpr int kNewestRead = 100;

std::string PlaceText(const json& of) { return Cat(of.value("project", ""), "/", of.value("domain", "")); }

bool IsIn(const json& of, const Place& place) {
  return of.value("project", "") == place.project && of.value("domain", "") == place.domain;
}

void SplitNode(Target& target) {
  const size_t slash = target.execution.find('/');
  if (!target.takes_node || slash == std::string::npos) return;
  target.node = target.execution.substr(slash + 1);
  target.execution.erase(slash);
}

// What somebody has launched goes before what that has started in turn.
const json& NewestOwn(const json& executions) {
  const auto own = std::ranges::find_if(executions, [](const json& each) {
    const json metadata = each.value("spec", json::object()).value("metadata", json::object());
    return !metadata.contains("parent_node_execution") || metadata["parent_node_execution"].is_null();
  });
  return own == executions.end() ? executions.front() : *own;
}

Result<json> FetchNewest(Client& client, Target& target, Fetch fetch) {
  if (Status known = CheckPlace(client, target.place); !known) return std::unexpected(std::move(known.error()));
  const auto newest = client.Executions(target.place, kNewestRead);
  if (!newest) return std::unexpected(newest.error());
  const json list = newest->value("executions", json::array());
  if (list.empty())
    return NotFound(Cat("there is no execution in ", target.place.project, "/", target.place.domain,
                        " yet; `sandbox run NAME` launches one, -p and -d choose another place"));
  target.execution = NewestOwn(list).at("id").value("name", "");
  return (client.*fetch)(target.place, target.execution);
}

Error Ambiguous(const std::string& word, const std::vector<json>& found) {
  std::string text = Cat(found.size(), " executions begin with ", word, ", type more of the one that is meant:");
  for (size_t i = 0; i < std::min(found.size(), kCandidatesShown); ++i)
    text += Cat("\n  ", found[i].value("name", ""), "  ", found[i].value("phase", ""), "  ", PlaceText(found[i]));
  if (found.size() > kCandidatesShown) text += Cat("\n  and ", found.size() - kCandidatesShown, " more");
  return NotFound(std::move(text)).error();
}

// Those with that very name before those that begin so; those in the place before those elsewhere, which only count
// when no place was given.
std::vector<json> Candidates(const json& found, const Target& target) {
  for (const bool whole : {true, false}) {
    for (const bool here : {true, false}) {
      if (!here && target.place.given) continue;
      std::vector<json> out;
      for (const json& each : found) {
        if ((!whole || each.value("name", "") == target.execution) && (!here || IsIn(each, target.place)))
          out.push_back(each);
      }
      if (!out.empty()) return out;
    }
  }
  return {};
}

Error Unknown(const std::string& name, const Place& place, const json& found) {
  std::string where;
  for (const json& other : found) {
    if (other.value("name", "") == name) where += Cat(where.empty() ? "; it is in " : " and ", PlaceText(other));
  }
  return NotFound(Cat("no execution ", name, " in ", place.project, "/", place.domain,
                      where.empty() ? "; `sandbox executions` lists them" : where, ", -p and -d choose another place"))
      .error();
}

Result<json> Find(Client& client, Target& target, Fetch fetch) {
  SplitNode(target);
  if (target.execution == kNewest) return FetchNewest(client, target, fetch);
  auto answer = (client.*fetch)(target.place, target.execution);
  if (answer || answer.error().code != Code::kNotFound) return answer;
  const auto located = client.PlacesOf(target.execution);
  const json found = located ? located->value("executions", json::array()) : json::array();
  const std::vector<json> candidates = Candidates(found, target);
  if (candidates.size() == 1) {
    target.place.project = candidates[0].value("project", "");
    target.place.domain = candidates[0].value("domain", "");
    target.execution = candidates[0].value("name", "");
    return (client.*fetch)(target.place, target.execution);
  }
  if (Status known = CheckPlace(client, target.place); !known) return std::unexpected(std::move(known.error()));
  if (candidates.empty() || candidates[0].value("name", "") == target.execution)
    return std::unexpected(Unknown(target.execution, target.place, found));
  return std::unexpected(Ambiguous(target.execution, candidates));
}

// Of these pods the one that failed last, else the last one; null: there is none of that attempt.
const json* Chosen(const std::vector<json>& pods, int attempt) {
  const json* chosen = nullptr;
  bool failed = false;
  for (const json& pod : pods) {
    if (attempt >= 0 && pod.value("attempt", 0) != attempt) continue;
    const bool ended_badly = pod["exit_code"].is_number() && pod["exit_code"] != 0;
    if (failed && !ended_badly) continue;
    chosen = &pod;
    failed = ended_badly;
  }
  return chosen;
}

std::string TextOf(const Target& target) {
  return target.node.empty() ? Cat("execution ", target.execution)
                             : Cat("node ", target.node, " of execution ", target.execution);
}

}  // namespace

void ExecutionArgument(Options& options, Target& target) { options.Argument("EXECUTION", target.execution, kWord); }

void OptionalExecutionArgument(Options& options, Target& target, const std::string& text) {
  options.OptionalArgument("EXECUTION", target.execution, Cat(text, ": ", kWord));
}

void NodeArgument(Options& options, Target& target, const std::string& what) {
  target.takes_node = true;
  options.Argument("EXECUTION/NODE", target.execution,
                   Cat("the execution: ", kWord, "; a node: as `sandbox get` lists it; ", what));
}

Result<json> FindTree(Client& client, Target& target) { return Find(client, target, &Client::Tree); }
Result<json> FindEverything(Client& client, Target& target) { return Find(client, target, &Client::Everything); }
Result<json> FindRun(Client& client, Target& target) { return Find(client, target, &Client::Run); }

Result<std::vector<json>> FindPods(const Context& context, const json& tree, const Target& target) {
  const std::string hint = CommandLine(context, target.place, "get " + target.execution);
  if (!target.node.empty() && !HasNode(tree, target.node))
    return NotFound(
        Cat("execution ", target.execution, " has no node ", target.node, " yet; ", hint, " shows its nodes"));
  std::vector<json> pods = PodsIn(tree, target.node);
  if (!pods.empty()) return pods;
  return NotFound(Cat(TextOf(target), " (", tree.value("phase", ""), ") has no pod; ", hint, " shows why"));
}

Result<Attempt> FindAttempt(const Context& context, Client& client, Target& target, int attempt) {
  const auto tree = FindTree(client, target);
  if (!tree) return std::unexpected(tree.error());
  const auto pods = FindPods(context, *tree, target);
  if (!pods) return std::unexpected(pods.error());
  const json* pod = Chosen(*pods, attempt);
  if (pod == nullptr)
    return NotFound(Cat(TextOf(target), " has no pod of attempt ", attempt, "; ",
                        CommandLine(context, target.place, "pods " + target.execution + " -o wide"), " lists them"));
  auto commands = client.AttemptCommands(target.place, pod->value("execution", target.execution),
                                         pod->value("node", ""), pod->value("attempt", 0));
  if (!commands) return std::unexpected(commands.error());
  return Attempt{*pod, std::move(*commands)};
}

}  // namespace sandbox::cli
