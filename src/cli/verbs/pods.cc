#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/place.h"
#include "cli/table.h"
#include "cli/target.h"
#include "cli/tree.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct PodsValues {
  Target target;
  std::string pod_namespace;
};

void PodsOptions(Options& options, PodsValues& values) {
  OptionalExecutionArgument(options, values.target, "of this execution only, and of those that it launched");
  options.Text("-n,--namespace", "NAMESPACE", values.pod_namespace,
               "PROJECT-DOMAIN, such as flytesnacks-development; without it and -p, -d, of all");
  options.InPlace(values.target.place);
}

void PrintPods(const Printer& printer, const json& list, bool everywhere) {
  std::vector<Table::Column> columns = {{"NAME"},
                                        {"READY"},
                                        {"STATUS", Table::Cut::kNever, true},
                                        {.title = "RESTARTS", .spare = true},
                                        {"AGE"},
                                        {.title = "EXECUTION", .wide = true},
                                        {.title = "NODE", .wide = true},
                                        {.title = "ATTEMPT", .wide = true},
                                        {.title = "EXIT", .wide = true},
                                        {.title = "TASK", .wide = true},
                                        {.title = "REASON", .wide = true}};
  if (everywhere) columns.insert(columns.begin(), {"NAMESPACE"});
  Table table(std::move(columns));
  const std::time_t now = std::time(nullptr);
  for (const json& pod : list) {
    const json exit_code = pod.value("exit_code", json());
    std::vector<std::string> row = {pod.value("name", ""),
                                    pod.value("ready", ""),
                                    pod.value("status", ""),
                                    "0",
                                    Age(now - pod.value("created_at", int64_t{0})),
                                    pod.value("execution", ""),
                                    pod.value("node", ""),
                                    std::to_string(pod.value("attempt", 0)),
                                    exit_code.is_number() ? exit_code.dump() : "",
                                    pod.value("task", ""),
                                    WaitGist(pod.value("reason", ""))};
    if (everywhere) row.insert(row.begin(), pod.value("namespace", ""));
    table.Row(std::move(row));
  }
  table.Print(printer.IsWide());
}

int PodsOfExecution(const Context& context, Client& client, Target target) {
  const auto tree = FindTree(client, target);
  if (!tree) return Complain(tree.error());
  const json pods = PodsIn(*tree, "");
  if (context.printer.IsData()) return context.printer.Data(json{{"pods", pods}}), kExitOk;
  if (pods.empty()) {
    std::fprintf(stderr, "execution %s (%s) has no pods; %s\n", target.execution.c_str(),
                 tree->value("phase", "").c_str(),
                 CommandLine(context, target.place, "get " + target.execution).c_str());
  } else {
    PrintPods(context.printer, pods, false);
  }
  return kExitOk;
}

// PROJECT-DOMAIN, of which the project may have hyphens.
Status CheckNamespace(Client& client, const std::string& pod_namespace) {
  const size_t hyphen = pod_namespace.rfind('-');
  if (hyphen == std::string::npos)
    return NotFound(Cat("a namespace is PROJECT-DOMAIN, such as flytesnacks-development, not ", pod_namespace));
  return CheckPlace(client, {pod_namespace.substr(0, hyphen), pod_namespace.substr(hyphen + 1), true});
}

int RunPods(const Context& context, const PodsValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  if (!values.target.execution.empty()) return PodsOfExecution(context, *client, values.target);
  const Place& place = values.target.place;
  const bool placed = values.pod_namespace.empty() && place.given;
  const std::string pod_namespace = placed ? Cat(place.project, "-", place.domain) : values.pod_namespace;
  const auto pods = client->Pods(pod_namespace);
  if (!pods) return Complain(pods.error());
  const json& list = pods->at("pods");
  if (list.empty() && !pod_namespace.empty()) {
    if (Status known = CheckNamespace(*client, pod_namespace); !known) return Complain(known.error());
  }
  if (context.printer.IsData()) return context.printer.Data(*pods), kExitOk;
  if (list.empty()) {
    std::fprintf(stderr, "%s\n",
                 pod_namespace.empty() ? "No resources found"
                                       : Cat("No resources found in ", pod_namespace, " namespace.").c_str());
  } else {
    PrintPods(context.printer, list, pod_namespace.empty());
  }
  return kExitOk;
}

}  // namespace

Verb PodsVerb() {
  return {"pods",
          kLooking,
          "the pods of tasks, every attempt, kept after their end",
          "sandbox pods -n flytesnacks-staging\nsandbox pods f4b8c2d6e0a1 -o wide",
          "/pods/*/name",
          With(PodsOptions, RunPods),
          "ps pod containers tasks top"};
}

}  // namespace sandbox::cli
