#pragma once

// What every fallible call of ours returns.
//
// User failure is data (exit codes, error documents, timeouts are attempt outcomes); Error is for a request that cannot
// be done and for failures of our own. `reason` is a stable upper-case token: programs branch on it, never on
// `message`.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandbox {

// Values are gRPC's. kUnknown and kUnauthenticated are never sent: clients answer them with a browser login.
enum class Code {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// Whether the failed call may have changed something outside. kUnknown: look before acting again.
enum class SideEffect { kNone, kUnknown };

// A packed message for google.rpc.Status.details: type_url and serialized bytes.
struct ErrorDetail {
  std::string type_url;
  std::string value;
};

struct [[nodiscard]] Error {
  Code code = Code::kInternal;
  std::string reason;
  std::string message;
  SideEffect side_effect = SideEffect::kNone;
  std::vector<ErrorDetail> details;

  // Adds context on the way up: "while creating container x: <message>".
  Error While(std::string_view doing) && {
    message = "while " + std::string(doing) + ": " + message;
    return std::move(*this);
  }
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline std::unexpected<Error> Fail(Code code, std::string reason, std::string message) {
  return std::unexpected(Error{code, std::move(reason), std::move(message), SideEffect::kNone, {}});
}
[[nodiscard]] inline std::unexpected<Error> InvalidArgument(std::string message) {
  return Fail(Code::kInvalidArgument, "INVALID_ARGUMENT", std::move(message));
}
[[nodiscard]] inline std::unexpected<Error> NotFound(std::string message) {
  return Fail(Code::kNotFound, "NOT_FOUND", std::move(message));
}
[[nodiscard]] inline std::unexpected<Error> Internal(std::string message) {
  return Fail(Code::kInternal, "INTERNAL", std::move(message));
}

// Joins anything that std::string can append or std::to_string can print. A temporary that comes first is appended to.
template <typename... Parts>
std::string Cat(std::string&& first, const Parts&... parts) {
  auto append = [&first](const auto& part) {
    if constexpr (requires { first.append(std::string_view(part)); }) {
      first.append(std::string_view(part));
    } else {
      first.append(std::to_string(part));
    }
  };
  (append(parts), ...);
  return std::move(first);
}
template <typename... Parts>
std::string Cat(const Parts&... parts) {
  return Cat(std::string(), parts...);
}

}  // namespace sandbox
