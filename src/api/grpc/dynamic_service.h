#pragma once

// A gRPC service made from a descriptor: every unary method goes to one function, as bytes. It replaces a generated
// base class with an override a method.

#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace sandbox::api {

class DynamicService final : public grpc::Service {
 public:
  // Called on gRPC's threads; must not block. `method` is "package.Service/Method". Request and response live until the
  // reactor is finished.
  using Handler = std::function<grpc::ServerUnaryReactor*(const std::string& method, grpc::CallbackServerContext*,
                                                          const grpc::ByteBuffer* request, grpc::ByteBuffer* response)>;

  // Streaming methods are left out: none of the served definitions has one.
  DynamicService(const google::protobuf::ServiceDescriptor& descriptor, const Handler& handler);
  DynamicService(const std::string& service, const std::vector<std::string>& methods, const Handler& handler);

 private:
  void AddUnary(std::string method, const Handler& handler);

  std::deque<std::string> paths_;  // gRPC keeps pointers to them
};

}  // namespace sandbox::api
