#include "cli/tree.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "cli/literals.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

constexpr size_t kItemsShown = 10;
constexpr size_t kNameWidth = 24;

std::string Text(const json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

const json& List(const json& object, const char* key) {
  static const json kNone = json::array();
  return object.contains(key) && object[key].is_array() ? object[key] : kNone;
}

// What flytekit calls a map task ends with a hash: "map_double_6b3bd0353da5de6e84d7982921ead2b3".
std::string WithoutHash(const std::string& name) {
  constexpr size_t kHash = 32;
  if (name.size() <= kHash + 1 || name[name.size() - kHash - 1] != '_') return name;
  const bool hash = name.find_first_not_of("0123456789abcdef", name.size() - kHash) == std::string::npos;
  return hash ? name.substr(0, name.size() - kHash - 1) : name;
}

std::string LastPart(const json& node) {
  const std::string name = Text(node, "name").substr(0, Text(node, "name").find("-arraynode"));
  return WithoutHash(name.substr(name.rfind('.') + 1));  // npos + 1 is 0
}

// "n0 double", "[3]".
std::string Label(const json& node) {
  if (node.contains("index")) return Cat("[", node["index"].get<int>(), "]");
  std::string name = LastPart(node);
  if (name.size() > kNameWidth) name = name.substr(0, kNameWidth - 2) + "..";
  const std::string id = Text(node, "node");
  return name.empty() || name == id ? id : Cat(id, " ", name);
}

std::time_t SecondsOf(const std::string& rfc3339) {
  std::tm parts{};
  if (std::sscanf(rfc3339.c_str(), "%d-%d-%dT%d:%d:%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &parts.tm_hour,
                  &parts.tm_min, &parts.tm_sec) != 6)
    return 0;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return timegm(&parts);
}

std::string DurationText(const json& of, std::time_t now) {
  if (of.contains("duration_s") && of["duration_s"].is_number()) return Took(of["duration_s"].get<double>());
  const std::time_t started = SecondsOf(Text(of, "started_at"));
  return started == 0 || IsEnded(Text(of, "phase"))
             ? ""
             : Took(static_cast<double>(std::max<std::time_t>(0, now - started)));
}

// The newest pod, or why there is none.
std::string PodText(const json& node) {
  if (const json& pods = List(node, "pods"); !pods.empty()) return Text(pods.back(), "name");
  return Text(node, "cache") == "CACHE_HIT" ? "(cached)" : "";
}

bool HasErrorBelow(const json& node) {
  const auto failed = [](const json& below) {
    return (below.contains("error") && below["error"].is_object()) || HasErrorBelow(below);
  };
  const bool child = node.contains("execution") && node["execution"].is_object() &&
                     std::ranges::any_of(List(node["execution"], "nodes"), failed);
  return child || std::ranges::any_of(List(node, "children"), failed);
}

class TreePrinter {
 public:
  TreePrinter(std::time_t now, const std::function<std::string(const OpenSignal&)>& how) : now_(now), how_(how) {}

  void Nodes(const json& nodes, const json& execution, size_t depth) {
    const bool many = nodes.size() > kItemsShown && nodes[0].contains("index");
    size_t shown = 0;
    std::map<std::string, size_t> hidden;  // by phase
    for (const json& node : nodes) {
      if (many && (Text(node, "phase") == "SUCCEEDED" || shown >= kItemsShown)) {
        ++hidden[Text(node, "phase")];
        continue;
      }
      ++shown;
      Node(node, execution, depth);
    }
    std::string rest;
    for (const auto& [phase, count] : hidden) rest += Cat(rest.empty() ? "" : ", ", count, " ", phase);
    if (!rest.empty()) table_.Note(Cat(Indent(depth), shown == 0 ? "" : "and ", rest));
  }

  Table Take() { return std::move(table_); }

 private:
  static std::string Indent(size_t depth) { return std::string(2 * depth, ' '); }

  void Node(const json& node, const json& execution, size_t depth) {
    const size_t attempts = node.value("attempts", size_t{0});
    table_.Row({Indent(depth) + Label(node), Text(node, "kind"), Text(node, "phase"),
                attempts == 0 ? "" : std::to_string(attempts), DurationText(node, now_), PodText(node),
                Text(node, "id"), Text(node, "started_at").substr(0, 19), Text(node, "task"), Text(node, "cache")});
    const std::string below = Indent(depth + 1);
    if (const std::string reason = WaitGist(Text(node, "waits_for")); !reason.empty())
      table_.Note(Cat(below, reason.starts_with("waits") ? "" : "waits: ", reason));
    if (node.contains("signal") && node["signal"].is_object()) {
      const OpenSignal signal = SignalOf(node, execution);
      table_.Note(Cat(below, "waits for ", SignalText(signal), "; set it with:"));
      table_.Note(Cat(below, "  ", how_(signal)), true);
    }
    if (node.contains("error") && node["error"].is_object() && !HasErrorBelow(node))
      table_.Note(Cat(below, Text(node["error"], "code"), ": ", ErrorGist(Text(node["error"], "message"))));
    Nodes(List(node, "children"), execution, depth + 1);
    if (!node.contains("execution") || !node["execution"].is_object()) return;
    const json& child = node["execution"];
    table_.Row({below + Text(child, "name"), "execution", Text(child, "phase"), "", DurationText(child, now_), "", "",
                Text(child, "started_at").substr(0, 19), Text(child, "launch_plan"), ""});
    Nodes(List(child, "nodes"), child, depth + 2);
  }

 public:
  static OpenSignal SignalOf(const json& node, const json& execution) {
    return {Text(execution, "project"), Text(execution, "domain"), Text(execution, "name"),
            Text(node["signal"], "id"), node["signal"]["type"],    Text(node, "kind") == "approval"};
  }

 private:
  const std::time_t now_;
  const std::function<std::string(const OpenSignal&)>& how_;
  Table table_{{{"NODE"},
                {"KIND"},
                {"PHASE", Table::Cut::kNever, true},
                {"ATTEMPTS"},
                {"DURATION"},
                {"POD"},
                {.title = "ID", .wide = true},
                {.title = "STARTED", .wide = true},
                {.title = "TASK", .wide = true},
                {.title = "CACHE", .wide = true}}};
};

// Calls `visit` with each node and the execution that it is of, parents first.
void Visit(const json& nodes, const json& execution, const std::function<void(const json&, const json&)>& visit) {
  for (const json& node : nodes) {
    visit(node, execution);
    Visit(List(node, "children"), execution, visit);
    if (node.contains("execution") && node["execution"].is_object())
      Visit(List(node["execution"], "nodes"), node["execution"], visit);
  }
}

// A node as the tree has it, and its path.
struct Placed {
  const json* node;
  std::string path;
};

void AddPlaced(const json& nodes, const std::string& above, std::vector<Placed>& out) {
  for (const json& node : nodes) {
    const std::string step = node.contains("index") ? Label(node) : Text(node, "node");
    const std::string path = above.empty() ? step : Cat(above, "/", step);
    out.push_back({&node, path});
    AddPlaced(List(node, "children"), path, out);
    if (node.contains("execution") && node["execution"].is_object())
      AddPlaced(List(node["execution"], "nodes"), path, out);
  }
}

std::vector<Placed> AllNodes(const json& tree) {
  std::vector<Placed> out;
  AddPlaced(List(tree, "nodes"), "", out);
  return out;
}

// `map`: of its items.
void AddNames(const json& nodes, const std::string& map, std::map<std::string, std::string>& out) {
  for (const json& node : nodes) {
    const std::string id = Text(node, "id"), last = LastPart(node);
    out[id] = node.contains("index") ? map : last.empty() ? id : last;
    AddNames(List(node, "children"), out[id], out);
  }
}

// The name with its items as paths have them: "n0/3" and "n0[3]" are "n0/[3]".
std::string WithItems(const std::string& name) {
  static const std::regex kNumber("/(\\d+)(?=/|$)"), kInside("([^/])(\\[\\d+\\])");
  return std::regex_replace(std::regex_replace(name, kNumber, "/[$1]"), kInside, "$1/$2");
}

// The paths of the nodes that are called so: the path itself before unique ids, these before ids of any depth.
std::vector<std::string> PathsOf(const std::vector<Placed>& nodes, const std::string& name) {
  std::vector<std::string> out;
  const std::string path = WithItems(name);
  for (const Placed& placed : nodes) {
    if (placed.path == name || placed.path == path) return {placed.path};
  }
  for (const char* key : {"id", "node"}) {
    for (const Placed& placed : nodes) {
      if (Text(*placed.node, key) == name) out.push_back(placed.path);
    }
    if (!out.empty()) return out;
  }
  return out;
}

}  // namespace

std::string SignalText(const OpenSignal& signal) {
  return signal.approval ? Cat("approval ", signal.id) : Cat("signal ", signal.id, " (", TypeText(signal.type), ")");
}

std::vector<OpenSignal> OpenSignals(const json& tree) {
  std::vector<OpenSignal> out;
  Visit(List(tree, "nodes"), tree, [&](const json& node, const json& execution) {
    if (node.contains("signal") && node["signal"].is_object()) out.push_back(TreePrinter::SignalOf(node, execution));
  });
  return out;
}

Table NodeTable(const json& tree, std::time_t now, const std::function<std::string(const OpenSignal&)>& how) {
  TreePrinter printer(now, how);
  printer.Nodes(List(tree, "nodes"), tree, 0);
  return printer.Take();
}

std::vector<json> PodsIn(const json& tree, const std::string& node) {
  const std::vector<Placed> nodes = AllNodes(tree);
  const std::vector<std::string> paths = PathsOf(nodes, node);
  const auto wanted = [&](const std::string& path) {
    return node.empty() ||
           std::ranges::any_of(paths, [&](const std::string& of) { return path == of || path.starts_with(of + "/"); });
  };
  std::vector<json> out;
  for (const Placed& placed : nodes) {
    if (!wanted(placed.path)) continue;
    for (const json& pod : List(*placed.node, "pods")) {
      out.push_back(pod);
      out.back()["path"] = placed.path;
    }
  }
  return out;
}

std::map<std::string, std::string> NodeNames(const json& tree) {
  std::map<std::string, std::string> out;
  AddNames(List(tree, "nodes"), "", out);
  std::map<std::string, int> of_name;
  Visit(List(tree, "nodes"), tree, [&](const json& node, const json&) {
    if (!node.contains("index")) ++of_name[LastPart(node)];
  });
  for (auto& [id, name] : out) {
    if (of_name[name] > 1) name = Cat(id, " ", name);
  }
  return out;
}

bool HasNode(const json& tree, const std::string& name) { return !PathsOf(AllNodes(tree), name).empty(); }

}  // namespace sandbox::cli
