#pragma once

// HTTP requests to a running sandbox, as its client sends them. The errors are those of cli/client.h.

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::cli {

struct Request {
  std::string method = "GET";
  std::string path;  // encoded
  std::string body = {};
  std::chrono::seconds silent_for = std::chrono::seconds(30);  // each part of the answer
  std::string type = "application/json";                       // of the body
};

// For an answer that goes on as long as something lives: what poll(2) takes in milliseconds.
inline constexpr auto kSilentFor = std::chrono::hours(24 * 20);

// Hands the body of a 200 to `sink` as it arrives, until that says false: then the rest is not read, and it is no
// error. A connection that is refused is tried again for a second.
Status Send(uint16_t port, const Request& request, const std::function<bool(std::string_view)>& sink);
Result<nlohmann::json> SendForJson(uint16_t port, const Request& request);

// JSON as it is sent.
std::string BodyOf(const nlohmann::json& data);

}  // namespace sandbox::cli
