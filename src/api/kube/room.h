#pragma once

// What the calls of the window share, and reading objects for them.

#include <memory>

#include "api/kube/kube_server.h"
#include "api/kube/object.h"
#include "api/kube/pod_board.h"
#include "api/kube/pod_object.h"
#include "sandbox/base/lru_cache.h"

namespace sandbox::kube {

struct Room {
  explicit Room(KubeDeps the_deps);

  const KubeDeps deps;
  const std::shared_ptr<PodBoard> board;
  LruCache<ExecutionId, Marks> marks{4096};  // of executions; they do not change
};

// What a request goes by, taken on the executor before it reads.
struct Snapshot {
  uint64_t version = 0;
  Instant now{};
  std::shared_ptr<const PodNames> deleted;
  std::map<std::string, Instant> deleting;
};
Snapshot Look(Room& room);

// On a worker, all of these. Objects are sorted: events by time, others by namespace and name.
Result<std::vector<Object>> Collect(Room& room, const Snapshot& snapshot, const Resource& resource,
                                    const KubeRequest& request, const Selection& selection);
std::optional<model::TaskRecord> FindPodRow(Room& room, const Snapshot& snapshot, const KubeRequest& request);
// Pods or events, of one pod.
std::vector<Object> ObjectsOf(Room& room, const Resource& resource, const PodState& state, Instant now);
bool NamespaceExists(Room& room, const std::string& name);

}  // namespace sandbox::kube
