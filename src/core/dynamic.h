#pragma once

// The workflow that a dynamic task asks for: protocol/execution-engine 5.1.

#include "sandbox/engine/run.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::core {

// The same answer for the same attempt, however often it is asked. Errors are in the answer: they are the user's.
engine::DynamicWorkflow CompileDynamicWorkflow(MetadataReader& reader, const engine::CompileDynamic& what);

}  // namespace sandbox::core
