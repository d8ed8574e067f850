#pragma once

// What an Error becomes on the way out, the same for gRPC and REST.

#include <cstdint>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::api {

// Clients answer UNKNOWN and UNAUTHENTICATED with a browser login, so these never leave.
inline Code OutwardCode(Code code) {
  switch (code) {
    case Code::kOk:
    case Code::kUnknown:
    case Code::kUnauthenticated: return Code::kInternal;
    default: return code;
  }
}

namespace wire {

inline void Varint(uint64_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7) out->push_back(static_cast<char>(number | 0x80));
  out->push_back(static_cast<char>(number));
}
inline void Bytes(char tag, std::string_view bytes, std::string* out) {
  out->push_back(tag);
  Varint(bytes.size(), out);
  out->append(bytes);
}

}  // namespace wire

// google.rpc.Status{code = 1, message = 2, details = 3: Any{type_url = 1, value = 2}}, serialized. Its definition is
// not among the pinned ones, and three fields do not make a dependency.
inline std::string SerializeRpcStatus(Code code, std::string_view message, const std::vector<ErrorDetail>& details) {
  std::string out;
  out.push_back('\x08');
  wire::Varint(static_cast<uint64_t>(code), &out);
  if (!message.empty()) wire::Bytes('\x12', message, &out);
  for (const ErrorDetail& detail : details) {
    std::string any;
    wire::Bytes('\x0a', detail.type_url, &any);
    if (!detail.value.empty()) wire::Bytes('\x12', detail.value, &any);
    wire::Bytes('\x1a', any, &out);
  }
  return out;
}

}  // namespace sandbox::api
