#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/child.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

struct KubeconfigValues {
  Place place;
  bool merge = false, use = false;
};

void DeclareKubeconfig(Options& options, KubeconfigValues& values) {
  options.InPlace(values.place);
  options.Flag("--merge", values.merge, "add the context to your kubeconfig (KUBECONFIG, else ~/.kube/config)");
  options.Flag("--use", values.use, "with --merge: make it the current context, too");
}

struct Cluster {
  std::string name, server, pod_namespace;
};

// Upstream's name belongs to the default home.
Cluster ClusterOf(const Context& context, const home::RuntimeInfo& info, const Place& place) {
  return {context.home.IsDefault() ? "flyte-sandbox" : Cat("flyte-sandbox-", info.port),
          Cat("http://localhost:", info.port, "/kubernetes"), Cat(place.project, "-", place.domain)};
}

nlohmann::ordered_json ConfigOf(const Cluster& cluster) {
  using nlohmann::ordered_json;
  const ordered_json servers = {{"name", cluster.name}, {"cluster", {{"server", cluster.server}}}};
  const ordered_json contexts = {
      {"name", cluster.name},
      {"context", {{"cluster", cluster.name}, {"namespace", cluster.pod_namespace}, {"user", ""}}}};
  return {{"apiVersion", "v1"},
          {"kind", "Config"},
          {"clusters", ordered_json::array({servers})},
          {"contexts", ordered_json::array({contexts})},
          {"current-context", cluster.name},
          {"preferences", ordered_json::object()},
          {"users", ordered_json::array()}};
}

// kubectl knows which file is meant and keeps what else is in it.
int Kubectl(std::vector<std::string> words) {
  std::vector<std::string> command = {"sh", "-c", "exec kubectl \"$@\" >/dev/null", "kubectl", "config"};
  command.insert(command.end(), words.begin(), words.end());
  const auto code = RunInForeground(command);
  if (!code) return Complain(code.error());
  constexpr int kNotFound = 127;
  if (*code == kNotFound)
    return Complain(kExitOther,
                    "--merge needs kubectl in PATH; without it, `sandbox kubeconfig > FILE` writes the context");
  return *code == 0 ? kExitOk : Complain(kExitOther, "kubectl did not take the context: see above");
}

int Merge(const Context& context, const Cluster& cluster, bool use) {
  if (const int code = Kubectl({"set-cluster", cluster.name, Cat("--server=", cluster.server)}); code != kExitOk)
    return code;
  if (const int code = Kubectl(
          {"set-context", cluster.name, Cat("--cluster=", cluster.name), Cat("--namespace=", cluster.pod_namespace)});
      code != kExitOk)
    return code;
  if (use) {
    if (const int code = Kubectl({"use-context", cluster.name}); code != kExitOk) return code;
  }
  if (context.printer.IsData()) {
    context.printer.Data(nlohmann::json{{"context", cluster.name}, {"server", cluster.server}, {"current", use}});
  } else if (use) {
    std::printf("added context %s, which is the current one now: kubectl get pods\n", cluster.name.c_str());
  } else {
    std::printf("added context %s; your current one stays: kubectl --context %s get pods\n", cluster.name.c_str(),
                cluster.name.c_str());
  }
  return kExitOk;
}

int RunKubeconfig(const Context& context, const KubeconfigValues& values) {
  if (values.use && !values.merge)
    return Complain(kExitUsage, "--use goes with --merge: it makes the merged context the current one");
  const auto info = context.Running();
  if (!info) return Complain(info.error());
  const Cluster cluster = ClusterOf(context, *info, values.place);
  if (values.merge) return Merge(context, cluster, values.use);
  const nlohmann::ordered_json config = ConfigOf(cluster);
  if (context.printer.IsData()) {
    context.printer.Data(config);
  } else {
    std::fputs(ToYaml(config).c_str(), stdout);
  }
  return kExitOk;
}

}  // namespace

Verb KubeconfigVerb() {
  return {"kubeconfig",
          kClients,
          "print a kubeconfig that leads kubectl here, or merge it into yours",
          "sandbox kubeconfig --merge\nsandbox kubeconfig > kube.yaml; KUBECONFIG=kube.yaml kubectl get pods",
          "/context|/current-context",
          With(DeclareKubeconfig, RunKubeconfig),
          "kubectl kubernetes kube context"};
}

}  // namespace sandbox::cli
