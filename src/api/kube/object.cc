#include "api/kube/object.h"

#include "api/kube/words.h"

namespace sandbox::kube {

using nlohmann::json;

namespace {

std::string ApiVersion(const Resource& resource) {
  return resource.group.empty() ? std::string(resource.version) : Cat(resource.group, "/", resource.version);
}

json ColumnsJson(const Resource& resource) {
  json out = json::array();
  for (const Column& column : resource.columns) {
    out.push_back({{"name", column.name},
                   {"type", column.type},
                   {"format", column.format},
                   {"description", column.description},
                   {"priority", column.priority}});
  }
  return out;
}

json Row(const KubeRequest& request, Object&& object) {
  json inner = std::move(object.body);
  if (!request.whole_objects) {
    inner = {{"kind", "PartialObjectMetadata"},
             {"apiVersion", Cat("meta.k8s.io/", request.table_version)},
             {"metadata", std::move(inner["metadata"])}};
  }
  return {{"cells", std::move(object.cells)}, {"object", std::move(inner)}};
}

json Table(const Resource& resource, const KubeRequest& request, uint64_t version) {
  return {{"kind", "Table"},
          {"apiVersion", Cat("meta.k8s.io/", request.table_version)},
          {"metadata", {{"resourceVersion", std::to_string(version)}}},
          {"columnDefinitions", ColumnsJson(resource)},
          {"rows", json::array()}};
}

json OneJson(const Resource& resource, const KubeRequest& request, Object&& object, uint64_t version) {
  object.body["metadata"]["resourceVersion"] = std::to_string(version);
  if (request.form == Form::kPlain) return std::move(object.body);
  json table = Table(resource, request, version);
  table["rows"].push_back(Row(request, std::move(object)));
  return table;
}

}  // namespace

Result<Selection> SelectionOf(const Resource& resource, const KubeRequest& request) {
  auto labels = LabelSelector::Parse(request.Param("labelSelector"));
  if (!labels) return std::unexpected(std::move(labels.error()));
  auto fields = FieldSelector::Parse(request.Param("fieldSelector"));
  if (!fields) return std::unexpected(std::move(fields.error()));
  if (Status known = fields->Check(resource.fields); !known) return std::unexpected(std::move(known.error()));
  return Selection{std::move(*labels), std::move(*fields)};
}

json Metadata(const std::string& where, const std::string& name, Instant created, const Fields& labels,
              const Fields& annotations) {
  json out = {{"name", name}, {"uid", UidOf(Cat(where, "/", name))}, {"creationTimestamp", TimeJson(created)}};
  if (!where.empty()) out["namespace"] = where;
  if (!labels.empty()) out["labels"] = labels;
  if (!annotations.empty()) out["annotations"] = annotations;
  return out;
}

std::string JsonBody(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"; }

std::string OneBody(const Resource& resource, const KubeRequest& request, Object object, uint64_t version) {
  return JsonBody(OneJson(resource, request, std::move(object), version));
}

// Row by row: a list of many thousands is never held as one tree.
std::string ListBody(const Resource& resource, const KubeRequest& request, std::vector<Object> objects,
                     uint64_t version) {
  const bool table = request.form == Form::kTable;
  json head = table ? Table(resource, request, version)
                    : json{{"kind", Cat(resource.kind, "List")},
                           {"apiVersion", ApiVersion(resource)},
                           {"metadata", {{"resourceVersion", std::to_string(version)}}}};
  if (table) head.erase("rows");
  std::string out = head.dump();
  out.pop_back();
  out += table ? ",\"rows\":[" : ",\"items\":[";
  for (bool first = true; Object & object : objects) {
    if (!std::exchange(first, false)) out += ',';
    object.body["metadata"]["resourceVersion"] = std::to_string(version);
    const json each = table ? Row(request, std::move(object)) : std::move(object.body);
    out += each.dump(-1, ' ', false, json::error_handler_t::replace);
    object = {};
  }
  return out + "]}\n";
}

std::string WatchLine(const Resource& resource, const KubeRequest& request, std::string_view type, Object object,
                      uint64_t version) {
  return JsonBody({{"type", type}, {"object", OneJson(resource, request, std::move(object), version)}});
}

std::string BookmarkLine(const Resource& resource, uint64_t version) {
  return JsonBody({{"type", "BOOKMARK"},
                   {"object",
                    {{"kind", resource.kind},
                     {"apiVersion", ApiVersion(resource)},
                     {"metadata", {{"resourceVersion", std::to_string(version)}, {"creationTimestamp", nullptr}}}}}});
}

}  // namespace sandbox::kube
