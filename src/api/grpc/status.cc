#include "api/grpc/status.h"

#include "api/rpc_status.h"

namespace sandbox::api {

namespace {

// Of the trailer as sent: the text percent-encoded (a line end is three bytes) and the details in base64. Clients
// before 2023 accept 8 KiB of metadata, later ones 32 KiB. The longest answers that belong to the recorded contract (a
// diff of a task with every type changed: 12.3 KB encoded) must pass whole; anything longer is cut.
constexpr size_t kTrailerBytesMax = 16'000;
constexpr std::string_view kCut = "... (cut)";

size_t EncodedSize(char c) { return c < 0x20 || c > 0x7e || c == '%' ? 3 : 1; }

size_t EncodedSize(std::string_view text) {
  size_t size = 0;
  for (char c : text) size += EncodedSize(c);
  return size;
}

size_t Base64Size(size_t bytes) { return (bytes + 2) / 3 * 4; }

// The head of `text`, at a character boundary of UTF-8.
std::string Cut(const std::string& text, size_t encoded_max) {
  if (EncodedSize(text) <= encoded_max) return text;
  size_t size = 0;
  size_t end = 0;
  for (size_t at = 0; at < text.size() && size + kCut.size() <= encoded_max; ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80) end = at;
    size += EncodedSize(text[at]);
  }
  return text.substr(0, end).append(kCut);
}

}  // namespace

grpc::Status ToGrpcStatus(const Error& error) {
  const Code code = OutwardCode(error.code);
  std::string message = Cut(error.message, kTrailerBytesMax);
  std::string details;
  if (!error.details.empty()) {
    details = SerializeRpcStatus(code, message, error.details);
    if (EncodedSize(message) + Base64Size(details.size()) > kTrailerBytesMax) details.clear();
  }
  return grpc::Status(static_cast<grpc::StatusCode>(code), message, details);
}

}  // namespace sandbox::api
