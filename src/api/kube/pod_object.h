#pragma once

// A pod's row as Kubernetes' object. Pure.

#include "api/kube/object.h"
#include "sandbox/model/records.h"

namespace sandbox::kube {

// The name of this machine's node.
inline constexpr std::string_view kNode = "flyte-sandbox", kNodeAddress = "127.0.0.1";

// Of the containers of an attempt; what its execution was launched with among them. The same for all attempts of one
// execution but for what the attempt's row adds.
struct Marks {
  Fields labels, annotations;
};
Marks MarksOf(const model::ExecutionRecord& execution);

struct PodView {
  const model::TaskRecord& task;
  const Marks& marks;
  Instant deleted_at{};  // a client had it deleted, and it has not ended yet
};

Object PodObject(const PodView& pod, Instant now);
// "Pending", "Running", "Succeeded", "Failed".
std::string_view PhaseOf(const model::TaskRecord& task);
// Its primary container runs, or ran, since then; zero when it never did.
Instant StartOf(const model::TaskRecord& task);
// The container whose log is the pod's.
std::string PrimaryOf(const model::TaskRecord& task);
// Its containers have ended, or never will begin.
bool IsOver(const model::TaskRecord& task);

}  // namespace sandbox::kube
