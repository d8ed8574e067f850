#pragma once

// grpc.health.v1.Health as methods of the table: the server as a whole ("") and "flyteadmin" serve, other names are
// unknown. gRPC's own implementation is not used because its answer for an unknown name has another text.

#include "api/method.h"

namespace sandbox::api {

inline constexpr std::string_view kHealthService = "grpc.health.v1.Health";

// Check, and Watch: one answer with the state, then the stream stays open, because the state of a server that runs
// never changes.
void AddHealthMethods(MethodTable& table);

}  // namespace sandbox::api
