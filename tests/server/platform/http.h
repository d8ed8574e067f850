#pragma once

// HTTP from a test: one call, and a stream of server-sent events.

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "server/net/raw_client.h"

namespace sandbox::testing {

struct HttpAnswer {
  int status = 0;
  std::string head;
  std::string body;
  nlohmann::json Json() const { return nlohmann::json::parse(body); }
};

// Sends a head as it is, without its last line, and the body. Reads to the end of the connection; chunks are put
// together.
HttpAnswer Exchange(uint16_t port, const std::string& head, const std::string& body = "");

// Reads to the end of the connection; chunks are put together.
HttpAnswer Call(uint16_t port, const std::string& method, const std::string& path, const std::string& body = "");

}  // namespace sandbox::testing
