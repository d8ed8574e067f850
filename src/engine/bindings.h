#pragma once

// What a node's bindings are worth: protocol/execution-engine 2.5. Pure.

#include <functional>
#include <string>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "offloaded.h"
#include "sandbox/base/error.h"

namespace sandbox::engine {

// The outputs of a node by its id in the workflow (an empty id is the start-node); null when it has none.
using OutputsOf = std::function<const flyteidl::core::LiteralMap*(const std::string& node_id)>;

// An unbound optional input is absent from the result. The error's reason is the code that the reference reports. When
// `values` is not complete afterwards the result means nothing.
Result<flyteidl::core::LiteralMap> ResolveInputs(
    const google::protobuf::RepeatedPtrField<flyteidl::core::Binding>& bindings, const OutputsOf& outputs_of,
    ValueLookup& values);

// Follows `path` into `literal`: maps and collections, then a Generic struct or a MessagePack value.
Result<flyteidl::core::Literal> ResolveAttributes(
    const flyteidl::core::Literal& literal,
    const google::protobuf::RepeatedPtrField<flyteidl::core::PromiseAttribute>& path, const std::string& node_id,
    ValueLookup& values);

}  // namespace sandbox::engine
