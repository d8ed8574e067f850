#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::api {

// A google.protobuf type whose JSON is not an object of its fields.
bool IsKnownType(const google::protobuf::Descriptor& type);

// RFC 3339, seconds with an "s", or a comma-separated mask, into a Timestamp, Duration or FieldMask.
bool ParseKnownText(std::string_view text, google::protobuf::Message* message);

}  // namespace sandbox::api
