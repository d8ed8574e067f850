#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/place.h"
#include "cli/table.h"
#include "cli/tree.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct LogsValues {
  Place place;
  std::string target, pod_namespace;
  bool follow = false;
};

void LogsOptions(Options& options, LogsValues& values) {
  options.Argument("TARGET", values.target, "POD, EXECUTION or EXECUTION/NODE");
  options.Text("-n,--namespace", "NAMESPACE", values.pod_namespace,
               "PROJECT-DOMAIN; needed only when the pod is there twice");
  options.Flag("-f,--follow", values.follow, "go on until the pod ends");
  options.InPlace(values.place);
}

Status PrintLog(Client& client, const std::string& pod, const std::string& pod_namespace, bool follow) {
  return client.Log(pod, pod_namespace, follow, [](std::string_view piece) {
    std::fwrite(piece.data(), 1, piece.size(), stdout);
    std::fflush(stdout);
  });
}

void PrintChoice(const Context& context, const std::vector<json>& pods) {
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
  std::fprintf(stderr, "\n%zu pods; choose one: %s\n", pods.size(), CommandLine(context, "logs POD").c_str());
}

int LogsOfExecution(const Context& context, Client& client, Place place, const std::string& target, bool follow) {
  const size_t slash = target.find('/');
  const std::string execution = target.substr(0, slash);
  const std::string node = slash == std::string::npos ? "" : target.substr(slash + 1);
  auto tree = FindTree(client, place, execution);
  if (!tree) {
    if (tree.error().code != Code::kNotFound || slash != std::string::npos)
      return Complain(kExitOther, tree.error().message);
    return Complain(kExitOther,
                    Cat("no pod ", target, " and ", tree.error().message, "; `sandbox pods` lists the pods"));
  }
  const std::string hint = CommandLine(context, place, "get " + execution);
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
    if (context.printer.IsData()) {
      context.printer.Data(json{{"pods", pods}});
    } else {
      PrintChoice(context, pods);
    }
    return kExitOk;
  }
  const auto done = PrintLog(client, pods[0].value("name", ""), pods[0].value("namespace", ""), follow);
  return done ? kExitOk : Complain(done.error());
}

int RunLogs(const Context& context, const LogsValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  if (values.target.find('/') == std::string::npos) {
    const auto done = PrintLog(*client, values.target, values.pod_namespace, values.follow);
    if (done) return kExitOk;
    if (done.error().code != Code::kNotFound || !values.pod_namespace.empty()) return Complain(done.error());
  }
  return LogsOfExecution(context, *client, values.place, values.target, values.follow);
}

}  // namespace

Verb LogsVerb() {
  return {"logs",
          kLooking,
          "what a pod printed, also after its end",
          "sandbox logs f4b8c2d6e0a1-n0-0 -f   one pod\n"
          "sandbox logs f4b8c2d6e0a1/n0        its node's, or a list to choose from",
          kData,
          With(LogsOptions, RunLogs),
          "log tail output"};
}

}  // namespace sandbox::cli
