#pragma once

// Where an upload goes, and addresses of objects as clients write them. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::api {

struct UploadPath {
  std::string key;         // of the object
  std::string native_url;  // "s3://bucket/..." with what URLs cannot hold escaped
};

// Joins the parts that are not empty under `bucket`. Slashes at the ends of a part go, "." means nothing.
// INVALID_ARGUMENT for "..": the reference climbs out of the prefix with it.
Result<UploadPath> MakeUploadPath(std::string_view bucket, const std::vector<std::string>& parts);

// Bucket and key of any URL, unescaped; the scheme does not matter. INVALID_ARGUMENT.
Result<ObjectUri> ParseNativeUrl(std::string_view url);

}  // namespace sandbox::api
