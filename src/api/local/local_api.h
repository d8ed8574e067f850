#pragma once

// What only this platform has: /sandbox/v1/status, /sandbox/v1/pods, /sandbox/v1/logs. JSON (logs: text), for the
// command line and scripts; docs/reference/local-api.md.

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "net/http.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

struct LocalApiDeps {
  MetadataStore& store;
  std::filesystem::path logs;                 // {namespace}/{pod}.log below it
  boost::asio::any_io_executor workers;       // for reads that block
  std::function<std::string()> engine_state;  // the Docker Engine in use, or why there is none
};

// Handles every path below /sandbox/v1/.
net::HttpHandler MakeLocalApi(LocalApiDeps deps);

}  // namespace sandbox::api
