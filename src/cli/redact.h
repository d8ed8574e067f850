#pragma once

// Text that is given to others, without what nobody else may know. Pure.

#include <string>
#include <vector>

namespace sandbox::cli {

// Replaced by "[redacted]": each of `values` wherever it stands, also in base64 and percent-encoded; passwords in
// addresses; and what stands behind a name that holds password, secret, token, credential, api_key, authorization or
// signature, up to the end of its value.
std::string Redact(std::string text, const std::vector<std::string>& values);

}  // namespace sandbox::cli
