#pragma once

#include <expected>
#include <string>

#include "sandbox/base/error.h"

namespace sandbox::s3 {

// What S3 answers instead of a result: `code` is S3's own word, programs branch on it.
struct S3Error {
  unsigned status = 500;
  std::string code;
  std::string message;
};

template <typename T>
using S3Result = std::expected<T, S3Error>;

inline std::unexpected<S3Error> S3Fail(unsigned status, std::string code, std::string message) {
  return std::unexpected(S3Error{status, std::move(code), std::move(message)});
}
// The store's errors in S3's words.
S3Error FromError(const Error& error);
std::string ErrorXml(const S3Error& error, std::string_view resource, std::string_view request_id);

}  // namespace sandbox::s3
