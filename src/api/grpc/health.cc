#include "api/grpc/health.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <optional>
#include <string>

namespace sandbox::api {

namespace {

using google::protobuf::internal::WireFormatLite;

// HealthCheckRequest{string service = 1}.
std::optional<std::string> ServiceOf(const grpc::ByteBuffer& request) {
  grpc::Slice slice;
  if (!request.DumpToSingleSlice(&slice).ok()) return std::nullopt;
  google::protobuf::io::CodedInputStream input(slice.begin(), static_cast<int>(slice.size()));
  std::string service;
  while (const uint32_t tag = input.ReadTag()) {
    const bool is_service = tag == WireFormatLite::MakeTag(1, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    if (is_service ? !WireFormatLite::ReadString(&input, &service) : !WireFormatLite::SkipField(&input, tag)) return std::nullopt;
  }
  return input.ConsumedEntireMessage() ? std::optional(service) : std::nullopt;
}

}  // namespace

grpc::ServerUnaryReactor* CheckHealth(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const std::optional<std::string> service = ServiceOf(*request);
  if (!service) {
    reactor->Finish(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "the request message cannot be parsed"));
  } else if (!service->empty() && *service != "flyteadmin") {
    reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "unknown service"));
  } else {
    const grpc::Slice serving(std::string("\x08\x01"));  // HealthCheckResponse{status = 1: SERVING}
    *response = grpc::ByteBuffer(&serving, 1);
    reactor->Finish(grpc::Status::OK);
  }
  return reactor;
}

}  // namespace sandbox::api
