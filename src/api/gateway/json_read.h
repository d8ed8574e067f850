#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::api {

// Merges the first JSON value of `text` into `message`; nothing but space changes nothing. Strict as the reference:
// unknown and duplicate fields are errors, names are accepted in both spellings. INVALID_ARGUMENT with the reference's
// texts, positions included. Pure.
Status FromJson(std::string_view text, google::protobuf::Message* message);

}  // namespace sandbox::api
