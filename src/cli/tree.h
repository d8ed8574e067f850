#pragma once

// The tree of an execution (GET /sandbox/v1/executions/PROJECT/DOMAIN/NAME) as people read it.

#include <ctime>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/table.h"

namespace sandbox::cli {

// Of an execution or a node, by its phase.
bool IsEnded(const std::string& phase);
// What an error says in one line: of a Python traceback its message.
std::string ErrorGist(const std::string& message);
// What a pod waits for, without what the kubelet says of every pod: "ContainerCreating", "ImagePullBackOff: ...".
std::string WaitGist(const std::string& reason);

// One gate that is open: where, what it waits for.
struct OpenSignal {
  std::string project, domain, execution;
  std::string id;
  nlohmann::json type;  // core.LiteralType
  bool approval = false;
};
std::string SignalText(const OpenSignal& signal);  // "signal amount (integer)", "approval ok"
std::vector<OpenSignal> OpenSignals(const nlohmann::json& tree);

// A row for each node, indented below its parent: node, kind, phase, attempts, duration, newest pod; errors, what is
// waited for and the command (`how`) that sets a signal in lines of their own. Of many items of a map, those that did
// not succeed.
Table NodeTable(const nlohmann::json& tree, std::time_t now, const std::function<std::string(const OpenSignal&)>& how);

// Pods of the tree, of child executions too, in its order. Each is as PodJson, with the key `path`, the node ids from
// the root. `node`: those at or below one node only, named by its path, by its unique id, or by its own id; empty: all.
std::vector<nlohmann::json> PodsIn(const nlohmann::json& tree, const std::string& node);
// What the nodes of the tree are called in few letters, by their unique ids: the last part of the task's name, with the
// id where several have the same. Items have the name of their map.
std::map<std::string, std::string> NodeNames(const nlohmann::json& tree);
// Whether there is such a node.
bool HasNode(const nlohmann::json& tree, const std::string& node);

}  // namespace sandbox::cli
