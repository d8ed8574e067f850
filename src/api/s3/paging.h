#pragma once

// What all listings read from their requests. Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/s3/request.h"

namespace sandbox::s3 {

// A number of a page or a marker: `missing` for an empty text, at most `most`. InvalidArgument names the parameter.
S3Result<uint32_t> PageNumber(std::string_view text, std::string_view name, uint32_t missing, uint32_t most);

// Names in the answer: percent-encoded on demand, because XML cannot carry every character.
struct Names {
  bool encode = false;
  std::string operator()(std::string_view name) const;
};
// Of encoding-type. InvalidArgument for another one than "url", and for a prefix, delimiter or marker that is not
// UTF-8: no answer could name it.
S3Result<Names> NamesOf(const S3Request& request);

}  // namespace sandbox::s3
