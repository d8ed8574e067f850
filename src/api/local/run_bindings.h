#pragma once

// Where the inputs of nodes come from. Within one read of the store.

#include <nlohmann/json.hpp>
#include <string>

#include "api/local/run_view.h"

namespace sandbox::api {

// {bindings: [{node, input, constant, from: [{kind, node, name, path}]}]}: of one node, or of all that began when
// `node` is empty. `kind` is "output" of a node, "input" of a node around it, or "input" of the execution (no node).
// Outputs of the execution are inputs of its end-node.
nlohmann::json RunBindings(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& execution,
                           const std::string& node);

}  // namespace sandbox::api
