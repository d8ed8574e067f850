#pragma once

// Two executions side by side. Pure.

#include <nlohmann/json.hpp>

namespace sandbox::cli {

// Of two answers of Client::Everything: {a, b: {project, domain, id, phase}, differences [{what, a, b}] of what is not
// the same (inputs and outputs by their names), nodes [{node, a, b: {phase, took_ms, attempts, cached} or null,
// more_ms}] of all nodes that either has, in the order of the first}.
nlohmann::json Compare(const nlohmann::json& a, const nlohmann::json& b);

}  // namespace sandbox::cli
