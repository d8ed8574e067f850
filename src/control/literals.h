#pragma once

// Literal maps that runs have written to the object store.

#include <cstdint>
#include <string>
#include <string_view>

#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::control {

// The bytes of its object; 0 when there is none.
uint64_t LiteralsSize(ObjectStore& objects, const std::string& uri);
// Empty when there is no uri, no object, or one that is no literal map. Blocks on the disk.
flyteidl::core::LiteralMap ReadLiterals(ObjectStore& objects, const std::string& uri);

}  // namespace sandbox::control
