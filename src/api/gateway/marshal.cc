#include "api/gateway/marshal.h"

#include <optional>

#include "api/gateway/json_read.h"
#include "api/gateway/json_write.h"
#include "api/rpc_status.h"
#include "net/http_message.h"
#include "sandbox/base/text.h"

namespace sandbox::api {

namespace {

std::optional<Encoding> EncodingOf(std::string_view type) {
  if (type == "application/octet-stream") return Encoding::kProtobuf;
  if (type == "application/json") return Encoding::kProtoJson;
  if (type == "*/*") return Encoding::kCamelJson;
  return std::nullopt;
}

// "Application/JSON; charset=utf-8" is "application/json".
std::string MediaType(std::string_view header) {
  std::string type = LowerCase(header.substr(0, header.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

unsigned HttpStatus(Code code) {
  switch (code) {
    case Code::kOk: return 200;
    case Code::kCancelled: return 499;
    case Code::kInvalidArgument:
    case Code::kFailedPrecondition:
    case Code::kOutOfRange: return 400;
    case Code::kDeadlineExceeded: return 504;
    case Code::kNotFound: return 404;
    case Code::kAlreadyExists:
    case Code::kAborted: return 409;
    case Code::kPermissionDenied: return 403;
    case Code::kUnauthenticated: return 401;
    case Code::kResourceExhausted: return 429;
    case Code::kUnimplemented: return 501;
    case Code::kUnavailable: return 503;
    case Code::kUnknown:
    case Code::kInternal:
    case Code::kDataLoss: return 500;
  }
  return 500;
}

JsonNames NamesOf(Encoding encoding) {
  return encoding == Encoding::kProtoJson ? JsonNames::kProto : JsonNames::kCamel;
}
const char* ContentType(Encoding encoding) {
  return encoding == Encoding::kProtobuf ? "application/octet-stream" : "application/json";
}

}  // namespace

Encodings ChooseEncodings(const net::HttpHeaders& headers) {
  std::optional<Encoding> in;
  std::optional<Encoding> out;
  for (const auto& [name, value] : headers.fields) {
    if (!out && net::EqualsIgnoreCase(name, "Accept")) out = EncodingOf(value);
    if (!in && net::EqualsIgnoreCase(name, "Content-Type")) in = EncodingOf(MediaType(value));
  }
  const Encoding request = in.value_or(Encoding::kCamelJson);
  return {request, out.value_or(request)};
}

Status Decode(Encoding encoding, const std::string& body, google::protobuf::Message* message) {
  if (encoding != Encoding::kProtobuf) return FromJson(body, message);
  if (!message->ParseFromString(body)) return InvalidArgument("proto: cannot parse invalid wire-format data");
  return {};
}

net::HttpResponse EncodeMessage(Encoding encoding, const google::protobuf::Message& message) {
  net::HttpResponse response;
  response.headers.Set("Content-Type", ContentType(encoding));
  response.headers.Set("Grpc-Metadata-Content-Type", "application/grpc");
  response.body = encoding == Encoding::kProtobuf ? message.SerializeAsString() : ToJson(message, NamesOf(encoding));
  return response;
}

net::HttpResponse EncodeError(Encoding encoding, const Error& error) {
  const Code code = OutwardCode(error.code);
  net::HttpResponse response;
  response.status = HttpStatus(code);
  response.headers.Set("Content-Type", ContentType(encoding));
  response.body = encoding == Encoding::kProtobuf ? SerializeRpcStatus(code, error.message, error.details)
                                                  : ErrorToJson(code, error.message, error.details, NamesOf(encoding));
  return response;
}

}  // namespace sandbox::api
