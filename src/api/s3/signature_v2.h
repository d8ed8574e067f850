#pragma once

#include "api/s3/signature.h"

namespace sandbox::s3 {

// HMAC-SHA1 of the old scheme: "Authorization: AWS KEY:SIGNATURE", or the query AWSAccessKeyId, Expires, Signature.
S3Result<Identity> AuthenticateV2(const SignedRequest& request, const Credentials& credentials, Instant now);

}  // namespace sandbox::s3
