#pragma once

// The text of HTTP/1.1 heads. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"
#include "sandbox/base/error.h"

namespace sandbox::net {

bool EqualsIgnoreCase(std::string_view left, std::string_view right);

// The fault of a head, as the status and text to answer before the connection is closed.
struct BadHead {
  unsigned status;
  std::string text;
};

enum class BodyKind { kNone, kLength, kChunked };

struct RequestHead {
  HttpRequest request;
  BodyKind body = BodyKind::kNone;
  uint64_t length = 0;  // of kLength
  bool expects_continue = false;
  bool keep_alive = true;
};

// `text` ends with the empty line. Strict: no folded lines, no bare line feeds, no space before a colon, one length.
//
// Content-Length together with chunked coding: the clients of upload URLs send that for empty files, and then nothing,
// not even the last chunk. A length of 0 or the MD5 of nothing therefore means "no body"; otherwise chunked wins. The
// connection is closed after such a request.
std::expected<RequestHead, BadHead> ParseRequestHead(std::string_view text);

std::string_view StatusText(unsigned status);

// Status line, headers, Date when missing, `framing` (complete header lines of the session) and the empty line. Line
// ends inside a value are replaced by spaces.
std::string FormatHead(const HttpResponse& response, std::string_view framing);

}  // namespace sandbox::net
