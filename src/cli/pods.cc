#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/http_client.h"
#include "cli/place.h"
#include "cli/table.h"
#include "cli/tree.h"
#include "cli/verbs.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

void PrintPods(const json& list, bool everywhere) {
  std::vector<Table::Column> columns = {
      {"NAME"}, {"READY"}, {"STATUS", Table::Cut::kNever, true}, {"RESTARTS"}, {"AGE"}};
  if (everywhere) columns.insert(columns.begin(), {"NAMESPACE"});
  Table table(std::move(columns));
  const std::time_t now = std::time(nullptr);
  for (const json& pod : list) {
    std::vector<std::string> row = {pod.value("name", ""), pod.value("ready", ""), pod.value("status", ""), "0",
                                    Age(now - pod.value("created_at", int64_t{0}))};
    if (everywhere) row.insert(row.begin(), pod.value("namespace", ""));
    table.Row(std::move(row));
  }
  table.Print();
}

int PodsOfExecution(const Common& common, const RuntimeInfo& info, Place place, const std::string& execution) {
  auto tree = FetchTree(info, place, execution);
  if (!tree) return Complain(kExitOther, tree.error().message);
  const std::vector<json> pods = PodsIn(*tree, "");
  if (common.json) {
    std::printf("%s\n", json{{"pods", pods}}.dump(2).c_str());
  } else if (pods.empty()) {
    std::fprintf(stderr, "execution %s (%s) has no pods; %s\n", execution.c_str(), tree->value("phase", "").c_str(),
                 CommandLine(common, place, "get " + execution).c_str());
  } else {
    PrintPods(pods, false);
  }
  return kExitOk;
}

// PROJECT-DOMAIN, of which the project may have hyphens.
Status CheckNamespace(const RuntimeInfo& info, const std::string& pod_namespace) {
  const size_t hyphen = pod_namespace.rfind('-');
  if (hyphen == std::string::npos)
    return NotFound(Cat("a namespace is PROJECT-DOMAIN, such as flytesnacks-development, not ", pod_namespace));
  return CheckPlace(info, {pod_namespace.substr(0, hyphen), pod_namespace.substr(hyphen + 1), true});
}

}  // namespace

int PodsVerb(const Common& common, const Place& place, const std::string& execution, const std::string& pod_namespace) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  if (!execution.empty()) return PodsOfExecution(common, *info, place, execution);
  auto pods = GetJson(*info, Cat("/sandbox/v1/pods?namespace=", UrlEncode(pod_namespace)));
  if (!pods) return Complain(kExitOther, pods.error().message);
  const json& list = pods->at("pods");
  if (list.empty() && !pod_namespace.empty()) {
    if (Status known = CheckNamespace(*info, pod_namespace); !known) return Complain(kExitOther, known.error().message);
  }
  if (common.json) {
    std::printf("%s\n", pods->dump(2).c_str());
  } else if (list.empty()) {
    std::fprintf(stderr, "%s\n",
                 pod_namespace.empty() ? "No resources found"
                                       : Cat("No resources found in ", pod_namespace, " namespace.").c_str());
  } else {
    PrintPods(list, pod_namespace.empty());
  }
  return kExitOk;
}

}  // namespace sandbox::cli
