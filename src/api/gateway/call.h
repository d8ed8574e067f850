#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/method.h"
#include "sandbox/ports/loop.h"

namespace sandbox::api {

// Runs a method on a worker and awaits its answer on the caller's executor. DEADLINE_EXCEEDED at `deadline`; a later
// answer is dropped.
boost::asio::awaitable<Result<std::unique_ptr<google::protobuf::Message>>> CallMethod(
    const Method& method, std::shared_ptr<google::protobuf::Message> request, Workers& workers,
    std::optional<std::chrono::steady_clock::time_point> deadline);

// The answer of a method as REST writes it, with the definitions' names. Blocks until there is one. NOT_FOUND and the
// like are the method's own; UNIMPLEMENTED: nothing is built for that name.
Result<std::string> CallForJson(const MethodTable& methods, std::string_view name,
                                const google::protobuf::Message& request);

// The value of a Grpc-Timeout header: up to eight digits and a unit of H M S m u n. nullopt: malformed.
std::optional<std::chrono::nanoseconds> ParseGrpcTimeout(std::string_view text);

}  // namespace sandbox::api
