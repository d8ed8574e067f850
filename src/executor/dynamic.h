#pragma once

// The workflow that a dynamic task asks for: protocol/execution-engine 5.1.

#include "sandbox/engine/run.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::executor {

// Gives the same answer for the same attempt every time. Errors are part of the answer: they are the user's.
engine::DynamicWorkflow CompileDynamicWorkflow(MetadataReader& reader, const ObjectLayout& layout,
                                               const engine::CompileDynamic& what);

}  // namespace sandbox::executor
