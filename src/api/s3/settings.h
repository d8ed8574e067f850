#pragma once

// What is kept for a bucket as a whole: small texts in a hidden bucket. They go with their bucket. On a worker thread.

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/ports/object_store.h"

namespace sandbox::s3 {

enum class BucketSetting { kLocation, kTags, kCors };

std::optional<std::string> FindSetting(ObjectStore& store, std::string_view bucket, BucketSetting setting);
// On disk when it returns.
Status PutSetting(ObjectStore& store, std::string_view bucket, BucketSetting setting, std::string_view text);
Status RemoveSetting(ObjectStore& store, std::string_view bucket, BucketSetting setting);
// Before a bucket is made and after it was deleted: a crash between the two must not leave the next one anything.
void RemoveSettings(ObjectStore& store, std::string_view bucket);

}  // namespace sandbox::s3
