#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/http_client.h"
#include "cli/place.h"
#include "cli/table.h"
#include "cli/tree.h"
#include "cli/verbs.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

Status PrintLog(const RuntimeInfo& info, const std::string& pod, const std::string& pod_namespace, bool follow) {
  const std::string path =
      Cat("/sandbox/v1/logs/", UrlEncode(pod), "?namespace=", UrlEncode(pod_namespace), follow ? "&follow=1" : "");
  return GetStream(info, path, [](std::string_view piece) {
    std::fwrite(piece.data(), 1, piece.size(), stdout);
    std::fflush(stdout);
  });
}

void PrintChoice(const Common& common, const std::vector<json>& pods) {
  Table table({{"POD"},
               {"NODE", Table::Cut::kStart},
               {"ATTEMPT"},
               {"STATUS", Table::Cut::kNever, true},
               {"TASK", Table::Cut::kStart}});
  for (const json& pod : pods)
    table.Row({pod.value("name", ""), pod.value("path", ""), std::to_string(pod.value("attempt", 0)),
               pod.value("status", ""), pod.value("task", "")});
  table.Print();
  std::fflush(stdout);
  std::fprintf(stderr, "\n%zu pods; choose one: %s\n", pods.size(), CommandLine(common, "logs POD").c_str());
}

int LogsOfExecution(const Common& common, const RuntimeInfo& info, Place place, const std::string& target,
                    bool follow) {
  const size_t slash = target.find('/');
  const std::string execution = target.substr(0, slash);
  const std::string node = slash == std::string::npos ? "" : target.substr(slash + 1);
  auto tree = FetchTree(info, place, execution);
  if (!tree) {
    if (tree.error().code != Code::kNotFound || slash != std::string::npos)
      return Complain(kExitOther, tree.error().message);
    return Complain(kExitOther,
                    Cat("no pod ", target, " and ", tree.error().message, "; `sandbox pods` lists the pods"));
  }
  const std::string hint = CommandLine(common, place, "get " + execution);
  if (!node.empty() && !HasNode(*tree, node))
    return Complain(kExitOther,
                    Cat("execution ", execution, " has no node ", node, " yet; ", hint, " shows its nodes"));
  const std::vector<json> pods = PodsIn(*tree, node);
  if (pods.empty()) {
    return Complain(kExitOther, Cat(node.empty() ? Cat("execution ", execution, " (", tree->value("phase", ""), ")")
                                                 : Cat("node ", node, " of execution ", execution),
                                    " has no pod, so no log; ", hint, " shows why"));
  }
  if (pods.size() > 1) {
    if (common.json) {
      std::printf("%s\n", json{{"pods", pods}}.dump(2).c_str());
    } else {
      PrintChoice(common, pods);
    }
    return kExitOk;
  }
  const auto done = PrintLog(info, pods[0].value("name", ""), pods[0].value("namespace", ""), follow);
  return done ? kExitOk : Complain(kExitOther, done.error().message);
}

}  // namespace

int LogsVerb(const Common& common, const Place& place, const std::string& target, const std::string& pod_namespace,
             bool follow) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  if (target.find('/') == std::string::npos) {
    const auto done = PrintLog(*info, target, pod_namespace, follow);
    if (done) return kExitOk;
    if (done.error().code != Code::kNotFound || !pod_namespace.empty())
      return Complain(kExitOther, done.error().message);
  }
  return LogsOfExecution(common, *info, place, target, follow);
}

}  // namespace sandbox::cli
