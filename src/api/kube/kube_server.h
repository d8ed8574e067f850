#pragma once

// The Kubernetes-shaped window: what kubectl asks of a cluster, answered from pod rows, the change feed and the
// sandbox's secrets; docs/reference/kubectl.md. It is served below kRoot of the platform's port, over plain HTTP, and
// asks nobody who they are (api/gateway/guard.h stands before it).
//
// Thread: the handler on `executor`, which is one thread; what blocks runs on `workers`.

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "api/kube/machine_objects.h"
#include "api/kube/request.h"
#include "feed/feed.h"
#include "net/http.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/secret_store.h"

namespace sandbox::kube {

// References outlive the handler's calls.
struct KubeDeps {
  MetadataStore& store;
  SecretStore& secrets;
  feed::Feed& feed;
  Clock& clock;
  boost::asio::any_io_executor executor, workers;
  std::filesystem::path logs;                         // {namespace}/{pod}.log below it
  std::string server;                                 // "localhost:30080"
  std::string version;                                // of the sandbox
  std::function<std::vector<std::string>()> domains;  // of every project; any thread
  std::function<MachineFacts()> machine;              // any thread
  // Stops the pod of an attempt, so that the attempt is tried again; `done` on any thread, false when it had ended.
  std::function<void(const AttemptId& id, Duration grace, std::function<void(bool)> done)> delete_pod;
};

// Handles every path below kRoot.
net::HttpHandler MakeKube(KubeDeps deps);

}  // namespace sandbox::kube
