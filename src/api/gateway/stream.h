#pragma once

// The answers of a method that streams, as lines of JSON: {"result": ...} each, and {"error": ...} at the end of one
// that failed.

#include <boost/asio/awaitable.hpp>

#include "api/gateway/marshal.h"
#include "api/method.h"
#include "net/http.h"
#include "sandbox/ports/loop.h"

namespace sandbox::api {

// Runs the method on a worker and writes what it answers until it, or the reader, ends. `method` streams.
boost::asio::awaitable<void> ServeStream(const Method& method, std::shared_ptr<google::protobuf::Message> request,
                                         Workers& workers, Encoding encoding, net::HttpExchange& exchange);

}  // namespace sandbox::api
