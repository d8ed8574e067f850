#pragma once

// PUT /sandbox/v1/objects?uri=s3://BUCKET/KEY: the body becomes that object.

#include <boost/asio/awaitable.hpp>

#include "api/local/object_calls.h"
#include "api/local/target.h"

namespace sandbox::api {

// Answers {uri, size}. An object of that key is replaced, once all of the body has come. 409, reason METADATA, below
// metadata/ of the platform's bucket.
boost::asio::awaitable<void> PutObject(const ObjectCallDeps& deps, net::HttpExchange& exchange, Target target);

}  // namespace sandbox::api
