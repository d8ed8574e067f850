#include "cli/comparison.h"

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/literals.h"
#include "cli/times.h"
#include "cli/tree.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

json NameOf(const json& all) {
  const json& tree = all.at("tree");
  return {{"project", TextAt(tree, "project")},
          {"domain", TextAt(tree, "domain")},
          {"id", TextAt(tree, "name")},
          {"phase", TextAt(tree, "phase")}};
}

// What an execution is and how it ended, by what it is called here.
std::map<std::string, json> FactsOf(const json& all) {
  std::map<std::string, json> out;
  const json &tree = all.at("tree"), &data = all.at("data");
  out["launch plan"] = TextAt(tree, "launch_plan");
  out["version"] = TextAt(tree, "version");
  out["phase"] = TextAt(tree, "phase");
  out["place"] = Cat(TextAt(tree, "project"), "/", TextAt(tree, "domain"));
  const json error = ObjectAt(tree, {"error"});
  if (const std::string message = TextAt(error, "message"); !message.empty()) out["error"] = ErrorGist(message);
  for (const auto& [lead, key] : {std::pair{"input ", "full_inputs"}, std::pair{"output ", "full_outputs"}}) {
    const json literals = ObjectAt(data, {key, "literals"});
    for (const auto& [name, literal] : literals.items()) out[lead + name] = BriefValue(literal);
  }
  return out;
}

json NodeFacts(const json& node) {
  json out = {{"phase", TextAt(node, "phase")},
              {"took_ms", nullptr},
              {"attempts", node.value("attempts", 0)},
              {"cached", TextAt(node, "cache") == "CACHE_HIT"}};
  if (node.contains("duration_s") && node["duration_s"].is_number())
    out["took_ms"] = std::llround(node["duration_s"].get<double>() * 1000);
  return out;
}

using Nodes = std::vector<std::pair<std::string, json>>;

// By the ids from the root on, those of executions that were launched too; items of maps are their map's.
void AddNodes(const json& nodes, const std::string& above, Nodes& out) {
  for (const json& node : nodes) {
    if (node.contains("index")) continue;
    const std::string path = Cat(above, above.empty() ? "" : "/", TextAt(node, "node"));
    const std::string name = TextAt(node, "name");
    const std::string last = name.substr(name.rfind('.') + 1);
    out.emplace_back(last.empty() || last == TextAt(node, "node") ? path : Cat(path, " ", last), NodeFacts(node));
    AddNodes(node.value("children", json::array()), path, out);
    const json child = ObjectAt(node, {"execution"});
    if (!child.empty()) AddNodes(child.value("nodes", json::array()), path, out);
  }
}

json NodeRow(const std::string& node, const json& a, const json& b) {
  json more;
  if (a.is_object() && b.is_object() && a["took_ms"].is_number() && b["took_ms"].is_number())
    more = b["took_ms"].get<int64_t>() - a["took_ms"].get<int64_t>();
  return {{"node", node}, {"a", a}, {"b", b}, {"more_ms", more}};
}

json NodeRows(const json& a, const json& b) {
  Nodes of_a, of_b;
  AddNodes(a.at("tree").at("nodes"), "", of_a);
  AddNodes(b.at("tree").at("nodes"), "", of_b);
  std::map<std::string, json> in_b(of_b.begin(), of_b.end());
  json out = json::array();
  std::set<std::string> told;
  for (const auto& [node, facts] : of_a) {
    const auto other = in_b.find(node);
    if (told.insert(node).second) out.push_back(NodeRow(node, facts, other == in_b.end() ? json() : other->second));
  }
  for (const auto& [node, facts] : of_b) {
    if (told.insert(node).second) out.push_back(NodeRow(node, json(), facts));
  }
  return out;
}

}  // namespace

json Compare(const json& a, const json& b) {
  const auto facts_a = FactsOf(a), facts_b = FactsOf(b);
  std::set<std::string> names;
  for (const auto* facts : {&facts_a, &facts_b}) {
    for (const auto& [name, value] : *facts) names.insert(name);
  }
  json differences = json::array();
  for (const std::string& name : names) {
    const auto in = [&name](const std::map<std::string, json>& facts) {
      const auto found = facts.find(name);
      return found == facts.end() ? json() : found->second;
    };
    if (in(facts_a) != in(facts_b)) differences.push_back({{"what", name}, {"a", in(facts_a)}, {"b", in(facts_b)}});
  }
  return {{"a", NameOf(a)}, {"b", NameOf(b)}, {"differences", std::move(differences)}, {"nodes", NodeRows(a, b)}};
}

}  // namespace sandbox::cli
