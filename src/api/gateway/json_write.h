#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "sandbox/base/error.h"

namespace sandbox::api {

enum class JsonNames { kProto, kCamel };

// Proto3 JSON in the reference's flavour: every field that belongs to no oneof is written, unset messages as null;
// 64-bit numbers as strings, enums by name, bytes in base64, well-known types in their own forms. Pure.
std::string ToJson(const google::protobuf::Message& message, JsonNames names);

// {"code":..,"message":..,"details":[..]}; a detail of an unknown type is left out.
std::string ErrorToJson(Code code, const std::string& message, const std::vector<ErrorDetail>& details,
                        JsonNames names);

// The quoted string.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace sandbox::api
