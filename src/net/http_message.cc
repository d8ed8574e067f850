#include "net/http_message.h"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "sandbox/base/text.h"

namespace sandbox::net {

namespace {

constexpr std::string_view kMd5OfNothing = "1B2M2Y8AsgTpgAmY7PhCfg==";

bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::unexpected<BadHead> Bad(std::string text) { return std::unexpected(BadHead{400, std::move(text)}); }

// One element of a comma-separated header, over every field of that name.
bool HasElement(const HttpHeaders& headers, std::string_view name, std::string_view wanted) {
  for (const auto& [field, value] : headers.fields) {
    if (!EqualsIgnoreCase(field, name)) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const size_t comma = rest.find(',');
      if (EqualsIgnoreCase(Trim(rest.substr(0, comma)), wanted)) return true;
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return false;
}

std::expected<bool, BadHead> ParseRequestLine(std::string_view line, HttpRequest* request) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Bad("malformed HTTP request");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!IsToken(method)) return Bad("invalid method");
  if (target.empty() || std::ranges::any_of(target, [](char c) { return IsControl(c) || c == ' '; }))
    return Bad("invalid target");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    if (!version.starts_with("HTTP/")) return Bad("malformed HTTP version");
    return std::unexpected(BadHead{505, "unsupported protocol version"});
  }
  request->method = method;
  request->target = target;
  return version == "HTTP/1.1";
}

std::expected<void, BadHead> ParseField(std::string_view line, HttpHeaders* headers) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) return Bad("invalid header name");
  const std::string_view value = Trim(line.substr(colon + 1));
  if (std::ranges::any_of(value, [](char c) { return IsControl(c) && c != '\t'; })) return Bad("invalid header value");
  headers->fields.emplace_back(line.substr(0, colon), value);
  return {};
}

std::expected<std::optional<uint64_t>, BadHead> ParseLength(const HttpHeaders& headers) {
  std::optional<uint64_t> length;
  for (const auto& [name, value] : headers.fields) {
    if (!EqualsIgnoreCase(name, "Content-Length")) continue;
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number > INT64_MAX)
      return Bad("bad Content-Length");
    if (length && *length != number) return Bad("several values of Content-Length");
    length = number;
  }
  return length;
}

std::expected<void, BadHead> DecideBody(RequestHead* head) {
  const HttpHeaders& headers = head->request.headers;
  auto length = ParseLength(headers);
  if (!length) return std::unexpected(length.error());
  if (headers.Has("Transfer-Encoding")) {
    const bool one = std::ranges::count_if(headers.fields, [](const auto& f) {
                       return EqualsIgnoreCase(f.first, "Transfer-Encoding");
                     }) == 1;
    if (!one || !EqualsIgnoreCase(headers.Get("Transfer-Encoding"), "chunked"))
      return std::unexpected(BadHead{501, "unsupported transfer encoding"});
    head->body = BodyKind::kChunked;
    if (!*length) return {};
    head->keep_alive = false;
    if (**length == 0 || headers.Get("Content-MD5") == kMd5OfNothing) head->body = BodyKind::kNone;
    return {};
  }
  if (*length && **length > 0) {
    head->body = BodyKind::kLength;
    head->length = **length;
  }
  return {};
}

std::string FormatDate() {
  thread_local std::time_t last = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now == last) return text;
  std::tm parts{};
  gmtime_r(&now, &parts);
  char out[40];
  const size_t size = std::strftime(out, sizeof out, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  last = now;
  return text.assign(out, size);
}

}  // namespace

bool EqualsIgnoreCase(std::string_view left, std::string_view right) {
  return left.size() == right.size() && LowerCase(left) == LowerCase(right);
}

std::string_view HttpHeaders::Get(std::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (EqualsIgnoreCase(field, name)) return value;
  }
  return {};
}

bool HttpHeaders::Has(std::string_view name) const {
  return std::ranges::any_of(fields, [&](const auto& field) { return EqualsIgnoreCase(field.first, name); });
}

void HttpHeaders::Set(std::string name, std::string value) {
  std::erase_if(fields, [&](const auto& field) { return EqualsIgnoreCase(field.first, name); });
  fields.emplace_back(std::move(name), std::move(value));
}

std::expected<RequestHead, BadHead> ParseRequestHead(std::string_view text) {
  RequestHead head;
  size_t end = text.find("\r\n");
  if (end == std::string_view::npos) return Bad("malformed HTTP request");
  auto modern = ParseRequestLine(text.substr(0, end), &head.request);
  if (!modern) return std::unexpected(modern.error());
  for (text.remove_prefix(end + 2); !text.starts_with("\r\n"); text.remove_prefix(end + 2)) {
    end = text.find("\r\n");
    if (end == std::string_view::npos) return Bad("malformed header");
    if (auto field = ParseField(text.substr(0, end), &head.request.headers); !field)
      return std::unexpected(field.error());
  }
  const HttpHeaders& headers = head.request.headers;
  if (*modern && !headers.Has("Host")) return Bad("missing required Host header");
  head.keep_alive =
      *modern ? !HasElement(headers, "Connection", "close") : HasElement(headers, "Connection", "keep-alive");
  if (!*modern && headers.Has("Transfer-Encoding")) return Bad("unsupported transfer encoding");
  if (auto body = DecideBody(&head); !body) return std::unexpected(body.error());
  head.expects_continue =
      *modern && EqualsIgnoreCase(headers.Get("Expect"), "100-continue") && head.body != BodyKind::kNone;
  return head;
}

std::string_view StatusText(unsigned status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Request Entity Too Large";
    case 416: return "Requested Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 499: return "Client Closed Request";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

std::string FormatHead(const HttpResponse& response, std::string_view framing) {
  std::string out = Cat("HTTP/1.1 ", response.status, " ", StatusText(response.status), "\r\n");
  for (const auto& [name, value] : response.headers.fields) {
    out.append(name).append(": ");
    for (char c : value) out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
    out.append("\r\n");
  }
  if (!response.headers.Has("Date")) out.append("Date: ").append(FormatDate()).append("\r\n");
  return out.append(framing).append("\r\n");
}

}  // namespace sandbox::net
