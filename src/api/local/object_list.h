#pragma once

// Lists of objects, and what is known of one. Any thread; blocks.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api/local/object_calls.h"
#include "api/local/target.h"

namespace sandbox::api {

// s3://BUCKET/KEY, where the key may be empty or end with a slash: a folder.
struct ObjectPlace {
  std::string bucket, key;
  std::string Uri() const { return Cat("s3://", bucket, "/", key); }
};

// The place that the parameter `uri` names; an error of that field when it names none.
Result<ObjectPlace> PlaceOf(const Target& target);
// With a key: an object.
Result<ObjectPlace> ObjectOf(const Target& target);

// The first bytes of an object, and what they say it is.
std::string GuessedType(const std::string& key, const ObjectReader& reader);

// Errors: of the field uri, token or limit; NOT_FOUND for a bucket that is not there.
Result<nlohmann::json> ListObjects(const ObjectCallDeps& deps, const Target& target);
// NOT_FOUND when there is neither an object nor anything below it.
Result<nlohmann::json> HeadObject(const ObjectCallDeps& deps, const Target& target);

}  // namespace sandbox::api
