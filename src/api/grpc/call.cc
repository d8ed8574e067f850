#include "api/grpc/call.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include "api/grpc/status.h"
#include "sandbox/base/log.h"

namespace sandbox::api {

Error ShuttingDown() { return {Code::kUnavailable, "SHUTTING_DOWN", "the server is shutting down"}; }

Call::Call(std::shared_ptr<CallRegistry> registry, const Method& method, grpc::ServerUnaryReactor* reactor,
           const grpc::ByteBuffer& request, grpc::ByteBuffer* response)
    : registry_(std::move(registry)),
      method_(method),
      reactor_(reactor),
      request_bytes_(request),
      response_bytes_(response) {}

void Call::Run(const std::shared_ptr<Call>& call) {
  call->request_.reset(call->method_.request->New());
  call->response_.reset(call->method_.response->New());
  const grpc::Status parsed = grpc::GenericDeserialize<grpc::ProtoBufferReader, google::protobuf::Message>(
      &call->request_bytes_, call->request_.get());
  if (!parsed.ok()) return call->Finish(InvalidArgument("the request message cannot be parsed"));
  try {
    call->method_.call(*call->request_, call->response_.get(),
                       [call](Status status) { call->Finish(std::move(status)); });
  } catch (const std::exception& exception) {
    Log(LogLevel::kError, "grpc", Cat(call->method_.request->GetTypeName(), ": ", exception.what()));
    call->Finish(Internal("internal error"));
  }
}

grpc::Status Call::EncodeResponse() {
  bool own_buffer = false;
  return grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(*response_, response_bytes_,
                                                                                    &own_buffer);
}

void Call::Finish(Status status) {
  if (finished_.exchange(true)) return;
  reactor_->Finish(status ? EncodeResponse() : ToGrpcStatus(status.error()));
  registry_->Remove(this);
}

bool CallRegistry::Add(const std::shared_ptr<Call>& call) {
  const std::lock_guard lock(mutex_);
  if (!closed_) open_.emplace(call.get(), call);
  return !closed_;
}

void CallRegistry::Remove(Call* call) {
  const std::lock_guard lock(mutex_);
  open_.erase(call);
}

void CallRegistry::Close() {
  std::unordered_map<Call*, std::shared_ptr<Call>> open;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    open.swap(open_);
  }
  for (const auto& [key, call] : open) call->Finish(std::unexpected(ShuttingDown()));
}

}  // namespace sandbox::api
