#pragma once

// Inputs of an attempt -> a tar archive of files: protocol/execution-engine 7.3. Any thread; blocks on the disk.

#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/time.h"
#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::pods {

// Writes files.input_archive: the inputs below input_path, and the empty output_path. Fails with what cannot be a file.
Status PackInputs(ObjectStore& objects, const FileInterface& files, const flyteidl::core::LiteralMap& inputs,
                  Instant now);

}  // namespace sandbox::pods
