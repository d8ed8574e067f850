#pragma once

// Fields of the engine's replies, for the codec alone.

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "docker/codec.h"

namespace sandbox::docker {

using Json = nlohmann::json;

inline std::unexpected<Error> BadReply(std::string_view what) {
  return Fail(Code::kInternal, "BAD_REPLY", Cat("the engine's reply is not understood: ", what));
}

inline Result<Json> Parse(const std::string& text, Json::value_t type, std::string_view what) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || json.type() != type) return BadReply(what);
  return json;
}

// Missing, null and values of another type read as the type's zero: engines leave out what does not apply.
inline const Json& At(const Json& object, const char* key) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(key);
  return found == object.end() ? none : *found;
}
inline std::string Text(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_string() ? value.get<std::string>() : "";
}
inline int64_t Number(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_number_integer() ? value.get<int64_t>() : 0;
}
inline bool Flag(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_boolean() && value.get<bool>();
}
inline std::map<std::string, std::string> Labels(const Json& value) {
  std::map<std::string, std::string> labels;
  if (!value.is_object()) return labels;
  for (const auto& [key, text] : value.items()) {
    if (text.is_string()) labels.emplace(key, text.get<std::string>());
  }
  return labels;
}
inline Instant Time(const Json& object, const char* key) {
  return ParseEngineTime(Text(object, key)).value_or(Instant{});
}

}  // namespace sandbox::docker
