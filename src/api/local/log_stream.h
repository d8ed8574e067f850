#pragma once

// GET /sandbox/v1/logs/POD: what a pod printed, and with `follow` what it goes on to print.

#include <boost/asio/awaitable.hpp>
#include <string>

#include "api/local/local_api.h"
#include "api/local/target.h"
#include "net/http.h"

namespace sandbox::api {

// To its end: that of the log, or of the pod when it is followed. Who follows waits for the feed: a silent pod costs no
// query.
boost::asio::awaitable<void> SendLog(const LocalApiDeps& deps, net::HttpExchange& exchange, Target target,
                                     std::string name);

}  // namespace sandbox::api
