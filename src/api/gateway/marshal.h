#pragma once

// The three encodings of the gateway.

#include <google/protobuf/message.h>

#include <string>

#include "net/http.h"
#include "sandbox/base/error.h"

namespace sandbox::api {

enum class Encoding {
  kProtobuf,   // application/octet-stream
  kProtoJson,  // exactly application/json: names as in the definitions
  kCamelJson,  // everything else
};

struct Encodings {
  Encoding in;
  Encoding out;
};

// An Accept header counts only when it is one of the known types as a whole; without one the answer has the request's
// encoding.
Encodings ChooseEncodings(const net::HttpHeaders& headers);

Status Decode(Encoding encoding, const std::string& body, google::protobuf::Message* message);
net::HttpResponse EncodeMessage(Encoding encoding, const google::protobuf::Message& message);
net::HttpResponse EncodeError(Encoding encoding, const Error& error);

}  // namespace sandbox::api
