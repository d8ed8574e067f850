#pragma once

// The tar archive of an output directory -> outputs.pb: protocol/execution-engine 7.3. Any thread; blocks on the disk.

#include "flyteidl/core/interface.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "pods/files/tar_tree.h"
#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::pods {

// Every declared output, with blobs copied below `raw_prefix`. Fails with the output's name and what is wrong with it.
Result<flyteidl::core::LiteralMap> ReadOutputs(ObjectStore& objects, const TarTree& tree,
                                               const flyteidl::core::VariableMap& outputs,
                                               const std::string& raw_prefix);

// Reads files.output_archive and writes outputs.pb, or errors.pb with the reason, below the output prefix. Returns the
// reason; empty: all is well. `trouble`: why there is no archive.
std::string StoreOutputs(ObjectStore& objects, const FileInterface& files, const std::string& trouble);

}  // namespace sandbox::pods
