#pragma once

// GET /sandbox/v1/logs/NS/POD/{meta,lines,line,search,raw} (docs/reference/local-api.yaml).

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

#include "api/local/local_api.h"
#include "api/local/target.h"
#include "logs/log_reader.h"
#include "net/http.h"

namespace sandbox::api {

inline constexpr std::string_view kLogsPath = "/sandbox/v1/logs/";

// Whether the path is one of these.
bool IsLogCall(const std::string& path);
boost::asio::awaitable<void> ServeLogCall(const LocalApiDeps& deps, net::HttpExchange& exchange, Target target);

// Lines of a log as LogLines has them; `target` may name from and count.
Result<nlohmann::json> LinesJson(logs::LogReader& log, bool complete, const Target& target);

}  // namespace sandbox::api
