#pragma once

// What else is served: namespaces, the node, secrets and what pods use. Pure.

#include <map>
#include <optional>
#include <vector>

#include "api/kube/object.h"
#include "sandbox/model/pod_files.h"
#include "sandbox/model/records.h"
#include "sandbox/ports/secret_store.h"

namespace sandbox::kube {

// What is known of this machine.
struct MachineFacts {
  std::string version;  // of the sandbox
  std::string engine;   // the Docker Engine's address
  std::string trouble;  // why it does not answer; empty when it does
  Instant started_at{};
  int64_t cpu_millis = 0, memory_bytes = 0;  // 0: not known
  std::string kernel, architecture;          // "6.1.0", "amd64"
};

Object NamespaceObject(const std::string& name, Instant created, Instant now);
Object NodeObject(const MachineFacts& machine, Instant now);
// A group of the sandbox's secrets, as one of a namespace; its values are empty.
Object SecretObject(const std::string& where, const std::string& group, const std::vector<StoredSecret>& keys,
                    Instant now);

struct Used {
  Instant at{};
  Duration window{};
  int64_t cpu_millis = 0;
  int64_t memory_bytes = 0;
};
// The newest of a pod's samples; nullopt when there is none.
std::optional<Used> LastUse(const model::TaskRecord& task, const std::vector<model::UsageSample>& samples);
Object PodMetricsObject(const model::TaskRecord& task, const Used& used, Fields labels);
Object NodeMetricsObject(const std::vector<Used>& pods, Instant now);

}  // namespace sandbox::kube
