#include "api/grpc/dynamic_service.h"

#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>

namespace sandbox::api {

DynamicService::DynamicService(const google::protobuf::ServiceDescriptor& descriptor, const Handler& handler) {
  for (int i = 0; i < descriptor.method_count(); ++i) {
    const google::protobuf::MethodDescriptor& method = *descriptor.method(i);
    if (!method.client_streaming() && !method.server_streaming())
      AddUnary(descriptor.full_name() + "/" + method.name(), handler);
  }
}

DynamicService::DynamicService(const std::string& service, const std::vector<std::string>& methods,
                               const Handler& handler) {
  for (const std::string& method : methods) AddUnary(service + "/" + method, handler);
}

void DynamicService::AddUnary(std::string method, const Handler& handler) {
  const int index = static_cast<int>(paths_.size());
  const std::string& path = paths_.emplace_back("/" + method);
  AddMethod(new grpc::internal::RpcServiceMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
  // What generated code does for a raw callback method.
  MarkMethodRawCallback(
      index, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                 [method = std::move(method), handler](grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
                   return handler(method, context, request, response);
                 }));
}

}  // namespace sandbox::api
