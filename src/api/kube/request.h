#pragma once

// One request of the Kubernetes API, decoded. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http.h"
#include "sandbox/base/error.h"

namespace sandbox::kube {

// Where the API is, on the platform's port.
inline constexpr std::string_view kRoot = "/kubernetes";

enum class Form { kPlain, kTable };

struct KubeRequest {
  std::string method;
  std::string path;                                        // decoded, behind kRoot: "/api/v1/pods"
  std::vector<std::pair<std::string, std::string>> query;  // decoded

  // Of a path below a group's version.
  std::string group, version;  // the core group is empty
  std::string pod_namespace;   // empty: all of them, or the resource has none
  std::string resource;        // "pods"; empty: the path names none
  std::string name;            // empty: all of them
  std::string subresource;     // "log"

  Form form = Form::kPlain;
  std::string table_version;   // "v1" or "v1beta1", of kTable
  bool whole_objects = false;  // rows of a table hold them whole

  // The first of that name; empty when missing.
  std::string_view Param(std::string_view name) const;
  bool Flag(std::string_view name) const { return Param(name) == "true" || Param(name) == "1"; }
};

// A path that is none of the API's has an empty version.
KubeRequest ParseRequest(const net::HttpRequest& http);

}  // namespace sandbox::kube
