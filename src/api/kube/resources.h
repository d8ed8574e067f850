#pragma once

// What is served: the resources, what can be done with each, and their columns. Pure.

#include <string_view>
#include <vector>

namespace sandbox::kube {

// Of a server-side table. Priority above 0: only with -o wide.
struct Column {
  std::string_view name, type, format, description;
  int priority = 0;
};

enum class ResourceId { kPods, kEvents, kNamespaces, kNodes, kSecrets, kPodMetrics, kNodeMetrics };

struct Resource {
  ResourceId id;
  std::string_view group, version;  // the core group is empty
  std::string_view plural, singular, kind;
  bool namespaced = true;
  std::vector<std::string_view> verbs, short_names, categories;
  std::vector<Column> columns;
  std::vector<std::string_view> fields;  // that a field selector may name
};

const std::vector<Resource>& Resources();
// Null when it is not served.
const Resource* FindResource(std::string_view group, std::string_view version, std::string_view plural);

inline constexpr std::string_view kMetricsGroup = "metrics.k8s.io", kMetricsVersion = "v1beta1";

}  // namespace sandbox::kube
