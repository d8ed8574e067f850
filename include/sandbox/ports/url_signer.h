#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sandbox/base/time.h"

namespace sandbox {

// Makes links to the object store that work without credentials until they expire. Any thread.
class UrlSigner {
 public:
  virtual ~UrlSigner() = default;
  // `method` is GET, PUT or HEAD. `headers` must be sent with the request exactly as given (Content-MD5, x-amz-meta-*).
  // The host is the one that clients on this machine use (http://localhost:30002).
  virtual std::string Sign(std::string_view method, std::string_view bucket, std::string_view key, Duration expires_in,
                           const std::map<std::string, std::string>& headers) = 0;
};

}  // namespace sandbox
