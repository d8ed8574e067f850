#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace sandbox::api {

std::string EncodeBase64(std::string_view bytes);

// Either alphabet; with padding, or without any when `padding_optional`. The error is the position of the first bad
// byte.
std::expected<std::string, size_t> DecodeBase64(std::string_view text, bool padding_optional);

}  // namespace sandbox::api
