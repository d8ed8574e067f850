#pragma once

// Links to the object store: Signature Version 4 in the query.
//
// Only the host is signed. The headers that a caller wants sent (Content-MD5, metadata) are not: clients of upload
// locations send some of them and leave out others, and a signature over them would refuse those. What they say is
// still true: the server checks a Content-MD5 that comes with the body.

#include <functional>
#include <string>

#include "api/s3/signature.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/url_signer.h"

namespace sandbox::s3 {

class PresignSigner : public UrlSigner {
 public:
  // `endpoint` is "http://localhost:30002". `clock` outlives the signer.
  PresignSigner(std::string endpoint, Credentials credentials, Clock& clock);
  // A term of less than a second or more than a week is cut to that.
  std::string Sign(std::string_view method, std::string_view bucket, std::string_view key, Duration expires_in,
                   const std::map<std::string, std::string>& headers) override;

 private:
  std::string endpoint_;
  Credentials credentials_;
  Clock& clock_;
};

}  // namespace sandbox::s3
