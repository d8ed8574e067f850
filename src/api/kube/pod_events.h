#pragma once

// What Kubernetes would have told of a pod, from the instants and the wait of its row. Pure.

#include "api/kube/pod_object.h"

namespace sandbox::kube {

// In their order. What is still to come is not among them.
std::vector<Object> PodEvents(const PodView& pod, Instant now);

}  // namespace sandbox::kube
