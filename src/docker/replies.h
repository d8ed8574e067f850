#pragma once

// What Client makes of the engine's replies, and how long it waits for them.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "docker/codec.h"
#include "sandbox/base/error.h"

namespace sandbox::docker {

// Creating and starting wait for the engine's storage and runtime, which a loaded machine makes slow.
inline constexpr std::chrono::milliseconds kSlow{180'000};
inline constexpr std::chrono::milliseconds kNone{0};

inline std::unexpected<Error> Refused(unsigned status, const std::string& body) {
  Error error;
  error.message = Cat("Docker Engine answers ", status, ": ", DecodeMessage(body));
  switch (status) {
    case 400: error.code = Code::kInvalidArgument, error.reason = "BAD_REQUEST"; break;
    case 404: error.code = Code::kNotFound, error.reason = "NO_SUCH_CONTAINER"; break;
    case 409: error.code = Code::kFailedPrecondition, error.reason = "CONFLICT"; break;
    default: error.code = Code::kInternal, error.reason = "ENGINE_ERROR"; break;
  }
  return std::unexpected(std::move(error));
}

template <typename T>
Result<T> Renamed(Result<T> result, std::string_view from, std::string_view to) {
  if (!result && result.error().reason == from) result.error().reason = to;
  return result;
}

template <typename T>
Result<void> Ignored(Result<T> result, std::string_view reason = "") {
  if (result || result.error().reason == reason) return {};
  return std::unexpected(std::move(result.error()));
}

}  // namespace sandbox::docker
