#pragma once

// What the page of one run shows. Each is one read of the store.
//
// Thread: any that may block.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "api/local/event_rows.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

// {execution, story, nodes[], attempts[]}. Nodes that have not begun are there as far as a workflow has them,
// NOT_STARTED; items of arrays are only counted.
nlohmann::json RunView(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record);

struct ItemsWanted {
  std::string node;
  model::NodePhase phase = model::NodePhase::kUndefined;  // kUndefined: all
  int from = 0;
  uint64_t limit = 200;
};
// {items[], total, next}: the newest attempt of each item.
nlohmann::json ItemsView(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record,
                         const ItemsWanted& wanted);

// {node, attempts[]}: one node with all its attempts; an item of an array as a node of its own, with its `item`.
nlohmann::json NodeView(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record,
                        const model::NodeRecord& node);

// {events[], next}: every phase and reason that is known, in the order of their times, from place `from` on.
nlohmann::json RunEventsView(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record,
                             size_t from, size_t limit);

}  // namespace sandbox::api
