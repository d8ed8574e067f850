#pragma once

// An object as it is listed and watched, and the answers that are made of objects. Pure.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/kube/request.h"
#include "api/kube/resources.h"
#include "api/kube/selectors.h"
#include "sandbox/base/time.h"

namespace sandbox::kube {

struct Object {
  nlohmann::json body;   // with apiVersion and kind
  nlohmann::json cells;  // a row of its resource's columns
  Fields labels;
  Fields fields;  // that field selectors look at
};

struct Selection {
  LabelSelector labels;
  FieldSelector fields;
  bool Takes(const Object& object) const { return labels.Matches(object.labels) && fields.Matches(object.fields); }
};
// Of the query of a request; INVALID_ARGUMENT.
Result<Selection> SelectionOf(const Resource& resource, const KubeRequest& request);

// {namespace, name, uid, creationTimestamp, labels, annotations}; empty ones are left out.
nlohmann::json Metadata(const std::string& where, const std::string& name, Instant created, const Fields& labels = {},
                        const Fields& annotations = {});

// The bodies of answers, in the form that was asked for. `version` is their resourceVersion.
std::string OneBody(const Resource& resource, const KubeRequest& request, Object object, uint64_t version);
std::string ListBody(const Resource& resource, const KubeRequest& request, std::vector<Object> objects,
                     uint64_t version);
// A line of a watch: ADDED, MODIFIED or DELETED.
std::string WatchLine(const Resource& resource, const KubeRequest& request, std::string_view type, Object object,
                      uint64_t version);
std::string BookmarkLine(const Resource& resource, uint64_t version);

std::string JsonBody(const nlohmann::json& body);

}  // namespace sandbox::kube
