#pragma once

// The engine's objects in the store. Any thread; blocks on the disk.

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"
#include "sandbox/engine/run.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::values {

// Largest object of the engine's own that is read: a bound against damage, above everything that it writes.
inline constexpr uint64_t kOwnBytesMax = uint64_t{2000} << 20;

Result<ObjectInfo> WriteObject(ObjectStore& objects, const std::string& uri, std::string_view bytes,
                               Durability durability);
// Empty when there is no such object.
std::string ReadObject(ObjectStore& objects, const std::string& uri, uint64_t bytes_max);
// None when there is no such object, or it is larger.
std::optional<std::string> FindObject(ObjectStore& objects, const std::string& uri, uint64_t bytes_max);
// The value of an offloaded literal.
engine::OffloadedValue ReadOffloaded(ObjectStore& objects, const std::string& uri, uint64_t bytes_max);
engine::AttemptObjects ReadAttemptObjects(ObjectStore& objects, const engine::ReadObjects& what, uint64_t bytes_max);

}  // namespace sandbox::values
