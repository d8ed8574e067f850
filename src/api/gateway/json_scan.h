#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace sandbox::api {

// The first JSON value of `text`, without the space around it; what follows is not looked at. Empty when there is only
// space. The error is the text that clients know from the reference's parser. Pure; no recursion.
std::expected<std::string_view, std::string> FirstJsonValue(std::string_view text);

}  // namespace sandbox::api
