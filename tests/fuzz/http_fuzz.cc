// Heads of HTTP/1.1 requests.

#include <cstdint>
#include <string_view>

#include "net/http_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto head = sandbox::net::ParseRequestHead(text)) {
    sandbox::net::HttpResponse response;
    response.headers = head->request.headers;
    if (sandbox::net::FormatHead(response, "").find("\r\n\r\n") == std::string::npos) __builtin_trap();
  }
  return 0;
}
