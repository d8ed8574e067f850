#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/log_view.h"
#include "cli/table.h"
#include "cli/target.h"
#include "cli/times.h"
#include "cli/tree.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct LogsValues {
  Target target;
  std::string pod_namespace, since;
  int tail = -1;
  bool follow = false, all = false;
};

void LogsOptions(Options& options, LogsValues& values) {
  values.target.takes_node = true;
  options.Argument("TARGET", values.target.execution,
                   "POD, EXECUTION (@latest, or its beginning), EXECUTION/NODE or EXECUTION/NODE/ITEM");
  options.Text("-n,--namespace", "NAMESPACE", values.pod_namespace,
               "PROJECT-DOMAIN; needed only when the pod is there twice");
  options.Flag("-f,--follow", values.follow, "go on until the pod ends; with --all until the execution does");
  options.Flag("-a,--all", values.all, "every pod of the execution, each line behind its node");
  options.Number("--tail", "N", values.tail, -1, 1000000000, "only the last lines; -1: every line");
  options.Text("--since", "SPAN", values.since, "only lines newer than that: 30s, 5m, 1h30m");
  options.InPlace(values.target.place);
}

Result<LogsWanted> WantedOf(const Context& context, const LogsValues& values) {
  LogsWanted out{values.follow, 0, values.tail};
  if (values.follow && context.printer.IsData())
    return Fail(Code::kInvalidArgument, "BAD_VALUE", "--follow prints text; leave -o out, or --follow");
  if (values.since.empty()) return out;
  const auto span = ParseSpan(values.since);
  if (!span)
    return Fail(Code::kInvalidArgument, "BAD_VALUE",
                Cat("--since takes a span such as 30s, 5m or 1h30m, not ", values.since));
  out.since_ms = MillisNow() - *span;
  return out;
}

int PrintChoice(const Context& context, const Target& target, const std::vector<json>& pods) {
  if (context.printer.IsData()) return context.printer.Data(json{{"pods", pods}}), kExitOk;
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
  std::fprintf(stderr, "\n%zu pods; choose one: %s\nor all of them: %s\n", pods.size(),
               CommandLine(context, "logs POD").c_str(),
               CommandLine(context, target.place, "logs --all " + target.execution).c_str());
  return kExitOk;
}

// The pod of that name; null: there is none, or it is no name of a pod.
Result<json> PodNamed(Client& client, const std::string& name, const std::string& pod_namespace) {
  if (name.starts_with('@') || name.find('/') != std::string::npos) return json();
  const auto pods = client.Pods(pod_namespace);
  if (!pods) return std::unexpected(pods.error());
  json found;
  for (const json& pod : pods->at("pods")) {
    if (pod.value("name", "") != name) continue;
    if (!found.is_null())
      return InvalidArgument(Cat("pod ", name, " is in ", TextAt(found, "namespace"), " and in ",
                                 TextAt(pod, "namespace"), "; name one with -n NAMESPACE"));
    found = pod;
  }
  return found;
}

int LogsOfExecution(const Context& context, Client& client, const LogsValues& values, const LogsWanted& wanted) {
  Target target = values.target;
  const auto tree = FindTree(client, target);
  if (!tree && tree.error().code == Code::kNotFound && target.node.empty() && !target.execution.starts_with('@'))
    return Complain(kExitOther,
                    Cat("no pod ", target.execution, " and ", tree.error().message, "; `sandbox pods` lists the pods"));
  if (!tree) return Complain(tree.error());
  if (values.all && target.node.empty()) {
    const Status done = PrintAllLogs(context, client, target, wanted);
    return done ? kExitOk : Complain(done.error());
  }
  const auto pods = FindPods(context, *tree, target);
  if (!pods) return Complain(pods.error());
  if (pods->size() > 1) return PrintChoice(context, target, *pods);
  const Status done = PrintLog(context, client, pods->front(), wanted);
  return done ? kExitOk : Complain(done.error());
}

int RunLogs(const Context& context, const LogsValues& values) {
  const auto wanted = WantedOf(context, values);
  if (!wanted) return Complain(wanted.error());
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const std::string& word = values.target.execution;
  if (wanted->All() && !context.printer.IsData() && word.find_first_of("/@") == std::string::npos) {
    const Status done = PrintLog(context, *client, {{"name", word}, {"namespace", values.pod_namespace}}, *wanted);
    if (done) return kExitOk;
    if (done.error().code != Code::kNotFound || !values.pod_namespace.empty()) return Complain(done.error());
    return LogsOfExecution(context, *client, values, *wanted);
  }
  const auto pod = PodNamed(*client, word, values.pod_namespace);
  if (!pod) return Complain(pod.error());
  if (pod->is_null()) return LogsOfExecution(context, *client, values, *wanted);
  const Status done = PrintLog(context, *client, *pod, *wanted);
  return done ? kExitOk : Complain(done.error());
}

}  // namespace

Verb LogsVerb() {
  return {"logs",
          kLooking,
          "what a pod printed, also after its end; or all of an execution",
          "sandbox logs f4b8c2d6e0a1-n0-0 -f   one pod\n"
          "sandbox logs f4b8c2d6e0a1/n0        its node's, or a list to choose from\n"
          "sandbox logs --all -f @latest       all pods of the newest execution",
          "/lines/*/pod|/pods/*/name",
          With(LogsOptions, RunLogs),
          "log tail output"};
}

}  // namespace sandbox::cli
