#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

namespace sandbox::api {

// grpc.health.v1.Health/Check on the wire: the server as a whole ("") and "flyteadmin" serve, other names are unknown.
// gRPC's own implementation is not used because its answer for an unknown name has another text.
grpc::ServerUnaryReactor* CheckHealth(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request, grpc::ByteBuffer* response);

}  // namespace sandbox::api
