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
    if (is_service ? !WireFormatLite::ReadString(&input, &service) : !WireFormatLite::SkipField(&input, tag))
      return std::nullopt;
  }
  return input.ConsumedEntireMessage() ? std::optional(service) : std::nullopt;
}

}  // namespace

std::optional<bool> HealthOf(const grpc::ByteBuffer& request) {
  const std::optional<std::string> service = ServiceOf(request);
  return service ? std::optional(service->empty() || *service == "flyteadmin") : std::nullopt;
}

grpc::ByteBuffer EncodeHealth(HealthStatus status) {
  const grpc::Slice message(std::string{'\x08', static_cast<char>(status)});  // HealthCheckResponse{status = 1}
  return grpc::ByteBuffer(&message, 1);
}

grpc::ServerUnaryReactor* CheckHealth(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const std::optional<bool> serving = HealthOf(*request);
  if (!serving) {
    reactor->Finish(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "the request message cannot be parsed"));
  } else if (!*serving) {
    reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "unknown service"));
  } else {
    *response = EncodeHealth(HealthStatus::kServing);
    reactor->Finish(grpc::Status::OK);
  }
  return reactor;
}

}  // namespace sandbox::api
