#include "api/kube/resources.h"

#include <algorithm>

namespace sandbox::kube {
namespace {

const std::vector<Column> kPodColumns = {
    {"Name", "string", "name", "Name of the pod"},
    {"Ready", "string", "", "Containers that run, of those that are to"},
    {"Status", "string", "", "What it does, or how it ended"},
    {"Restarts", "string", "", "Always 0: a task that is tried again has another pod"},
    {"Age", "string", "", "Since its attempt was made"},
    {"IP", "string", "", "Not told", 1},
    {"Node", "string", "", "This machine", 1},
    {"Nominated Node", "string", "", "None", 1},
    {"Readiness Gates", "string", "", "None", 1},
};

const std::vector<Column> kEventColumns = {
    {"Last Seen", "string", "", "Since it happened last"},
    {"Type", "string", "", "Normal or Warning"},
    {"Reason", "string", "", "A word for what happened"},
    {"Object", "string", "", "What it happened to"},
    {"Subobject", "string", "", "Its container", 1},
    {"Source", "string", "", "Who would tell of it in a cluster", 1},
    {"Message", "string", "", "What happened"},
    {"First Seen", "string", "", "Since it happened first", 1},
    {"Count", "string", "", "How often", 1},
    {"Name", "string", "name", "Name of the event", 1},
};

const std::vector<Column> kNamespaceColumns = {
    {"Name", "string", "name", "PROJECT-DOMAIN"},
    {"Status", "string", "", "Active"},
    {"Age", "string", "", "Since its project was made"},
};

const std::vector<Column> kNodeColumns = {
    {"Name", "string", "name", "This machine"},
    {"Status", "string", "", "Ready when a Docker Engine answers"},
    {"Roles", "string", "", "None"},
    {"Age", "string", "", "Since the sandbox was started"},
    {"Version", "string", "", "Of the sandbox"},
    {"Internal-IP", "string", "", "Not told", 1},
    {"External-IP", "string", "", "Not told", 1},
    {"OS-Image", "string", "", "What the sandbox runs on", 1},
    {"Kernel-Version", "string", "", "Of this machine", 1},
    {"Container-Runtime", "string", "", "Docker", 1},
};

const std::vector<Column> kSecretColumns = {
    {"Name", "string", "name", "Group of the sandbox's secrets"},
    {"Type", "string", "", "Opaque"},
    {"Data", "string", "", "How many keys"},
    {"Age", "string", "", "Since a value was set last"},
};

const std::vector<Column> kMetricsColumns = {
    {"Name", "string", "name", "Name"},
    {"CPU", "string", "", "Used lately"},
    {"Memory", "string", "", "Used lately"},
    {"Window", "string", "", "What the use is a mean of"},
};

std::vector<Resource> Make() {
  using Id = ResourceId;
  const std::vector<std::string_view> read = {"get", "list", "watch"};
  std::vector<Resource> out;
  out.push_back({Id::kPods,
                 "",
                 "v1",
                 "pods",
                 "pod",
                 "Pod",
                 true,
                 {"delete", "get", "list", "watch"},
                 {"po"},
                 {"all"},
                 kPodColumns,
                 {"metadata.name", "metadata.namespace", "spec.nodeName", "spec.restartPolicy", "spec.schedulerName",
                  "spec.serviceAccountName", "status.phase", "status.podIP", "status.nominatedNodeName"}});
  out.push_back(
      {Id::kEvents,
       "",
       "v1",
       "events",
       "event",
       "Event",
       true,
       read,
       {"ev"},
       {},
       kEventColumns,
       {"metadata.name", "metadata.namespace", "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
        "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
        "reason", "reportingComponent", "source", "type"}});
  out.push_back({Id::kNamespaces,
                 "",
                 "v1",
                 "namespaces",
                 "namespace",
                 "Namespace",
                 false,
                 read,
                 {"ns"},
                 {},
                 kNamespaceColumns,
                 {"metadata.name", "name", "status.phase"}});
  out.push_back({Id::kNodes,
                 "",
                 "v1",
                 "nodes",
                 "node",
                 "Node",
                 false,
                 read,
                 {"no"},
                 {},
                 kNodeColumns,
                 {"metadata.name", "spec.unschedulable"}});
  out.push_back({Id::kSecrets,
                 "",
                 "v1",
                 "secrets",
                 "secret",
                 "Secret",
                 true,
                 {"create", "delete", "get", "list", "patch", "watch"},
                 {},
                 {},
                 kSecretColumns,
                 {"metadata.name", "metadata.namespace", "type"}});
  out.push_back({Id::kPodMetrics,
                 kMetricsGroup,
                 kMetricsVersion,
                 "pods",
                 "",
                 "PodMetrics",
                 true,
                 {"get", "list"},
                 {},
                 {},
                 kMetricsColumns,
                 {"metadata.name", "metadata.namespace"}});
  out.push_back({Id::kNodeMetrics,
                 kMetricsGroup,
                 kMetricsVersion,
                 "nodes",
                 "",
                 "NodeMetrics",
                 false,
                 {"get", "list"},
                 {},
                 {},
                 kMetricsColumns,
                 {"metadata.name"}});
  return out;
}

}  // namespace

const std::vector<Resource>& Resources() {
  static const std::vector<Resource> resources = Make();
  return resources;
}

const Resource* FindResource(std::string_view group, std::string_view version, std::string_view plural) {
  const auto found = std::ranges::find_if(Resources(), [&](const Resource& resource) {
    return resource.group == group && resource.version == version && resource.plural == plural;
  });
  return found == Resources().end() ? nullptr : &*found;
}

}  // namespace sandbox::kube
