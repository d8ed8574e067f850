#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/http_client.h"
#include "cli/table.h"
#include "cli/verbs.h"

namespace sandbox::cli {

int PodsVerb(const Common& common, const std::string& pod_namespace) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  auto pods = GetJson(*info, Cat("/sandbox/v1/pods?namespace=", UrlEncode(pod_namespace)));
  if (!pods) return Complain(kExitOther, pods.error().message);
  if (common.json) {
    std::printf("%s\n", pods->dump(2).c_str());
    return kExitOk;
  }
  const auto& list = pods->at("pods");
  if (list.empty()) {
    std::fprintf(stderr, "%s\n",
                 pod_namespace.empty() ? "No resources found"
                                       : Cat("No resources found in ", pod_namespace, " namespace.").c_str());
    return kExitOk;
  }
  const bool everywhere = pod_namespace.empty();
  std::vector<std::vector<std::string>> rows = {{"NAME", "READY", "STATUS", "RESTARTS", "AGE"}};
  if (everywhere) rows[0].insert(rows[0].begin(), "NAMESPACE");
  const std::time_t now = std::time(nullptr);
  for (const auto& pod : list) {
    rows.push_back({pod.value("name", ""), pod.value("ready", ""), pod.value("status", ""), "0",
                    Age(now - pod.value("created_at", int64_t{0}))});
    if (everywhere) rows.back().insert(rows.back().begin(), pod.value("namespace", ""));
  }
  PrintTable(rows);
  return kExitOk;
}

}  // namespace sandbox::cli
