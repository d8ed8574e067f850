#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <optional>

namespace sandbox::api {

// grpc.health.v1.Health on the wire: the server as a whole ("") and "flyteadmin" serve, other names are unknown. gRPC's
// own implementation is not used because its answer for an unknown name has another text.

enum class HealthStatus { kServing = 1, kServiceUnknown = 3 };

// Whether the service that a HealthCheckRequest names is served; nullopt when it cannot be parsed.
std::optional<bool> HealthOf(const grpc::ByteBuffer& request);
grpc::ByteBuffer EncodeHealth(HealthStatus status);

grpc::ServerUnaryReactor* CheckHealth(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response);

}  // namespace sandbox::api
