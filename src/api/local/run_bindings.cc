#include "api/local/run_bindings.h"

#include "api/local/run_lookup.h"
#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/workflow.pb.h"

namespace sandbox::api {
namespace {

namespace core = flyteidl::core;
using nlohmann::json;

json PathJson(const core::OutputReference& promise) {
  json out = json::array();
  for (const core::PromiseAttribute& step : promise.attr_path())
    out.push_back(step.has_string_value() ? json(step.string_value()) : json(step.int_value()));
  return out;
}

// What a promise of a node at `place` names, with ids as the run has them.
json SourceRow(const NodePlace& place, const core::OutputReference& promise) {
  json out = {{"kind", "output"}, {"node", nullptr}, {"name", promise.var()}, {"path", PathJson(promise)}};
  const bool outside = promise.node_id().empty() || promise.node_id() == engine::kStartNode;
  if (outside) {
    out["kind"] = "input";
    if (!place.outer.empty()) out["node"] = place.outer;
    return out;
  }
  const auto found = place.graph->by_id.find(promise.node_id());
  out["node"] = found == place.graph->by_id.end() ? promise.node_id() : place.IdOf(found->second);
  return out;
}

void AddSources(const NodePlace& place, const core::BindingData& data, json* from) {
  if (data.has_promise()) from->push_back(SourceRow(place, data.promise()));
  for (const core::BindingData& each : data.collection().bindings()) AddSources(place, each, from);
  for (const auto& [name, each] : data.map().bindings()) AddSources(place, each, from);
}

void AddBindings(const NodePlace& place, const std::string& id,
                 const google::protobuf::RepeatedPtrField<core::Binding>& bindings, json* out) {
  for (const core::Binding& binding : bindings) {
    json from = json::array();
    AddSources(place, binding.binding(), &from);
    out->push_back({{"node", id}, {"input", binding.var()}, {"constant", from.empty()}, {"from", std::move(from)}});
  }
}

void AddNode(RunLookup& run, const std::string& id, json* out) {
  if (id == engine::kEndNode) {
    const NodePlace root = run.Root();
    if (root.graph != nullptr) AddBindings(root, id, root.graph->workflow->outputs(), out);
    return;
  }
  const model::NodeRecord* record = run.FindNode(id);
  // An item has the inputs of its array.
  if (record != nullptr && record->item >= 0) record = run.FindNode(record->parent);
  if (record == nullptr) return;
  const NodePlace place = run.PlaceOf(*record);
  if (place.graph == nullptr || place.node == nullptr || place.node->node == nullptr) return;
  AddBindings(place, id, place.node->node->inputs(), out);
}

}  // namespace

json RunBindings(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& execution,
                 const std::string& node) {
  RunLookup run(reader, sources.plans, execution);
  json out = json::array();
  if (!node.empty()) {
    AddNode(run, node, &out);
    return {{"bindings", std::move(out)}};
  }
  run.LoadAll();
  for (const std::string& id : std::vector<std::string>(run.NodeIds())) {
    const model::NodeRecord* record = run.FindNode(id);
    if (record->item < 0 && id != engine::kEndNode) AddNode(run, id, &out);
  }
  AddNode(run, std::string(engine::kEndNode), &out);
  return {{"bindings", std::move(out)}};
}

}  // namespace sandbox::api
