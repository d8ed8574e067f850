#include "api/console/encoded.h"

#include <zlib.h>

#include <string>

#include "net/byte_range.h"
#include "net/http_message.h"

namespace sandbox::api {

using net::EqualsIgnoreCase;
using net::HttpHeaders;
using net::HttpRequest;
using net::HttpResponse;

namespace {

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// The next part of a list before `separator`, removed from it.
std::string_view NextPart(std::string_view& list, char separator) {
  const size_t end = std::min(list.find(separator), list.size());
  const std::string_view part = Trimmed(list.substr(0, end));
  list.remove_prefix(std::min(end + 1, list.size()));
  return part;
}

// "q=0", "q=0.000".
bool IsNever(std::string_view weight) {
  return weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string_view::npos;
}

bool Names(std::string_view tags, std::string_view tag) {
  while (!tags.empty()) {
    std::string_view each = NextPart(tags, ',');
    if (each.starts_with("W/")) each.remove_prefix(2);
    if (each == "*" || each == tag) return true;
  }
  return false;
}

std::string Plain(const ConsoleFile& file) {
  std::string out(file.plain_bytes, '\0');
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(file.bytes));
  stream.avail_in = static_cast<uInt>(file.size);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  constexpr int kGzip = 16 + MAX_WBITS;
  if (inflateInit2(&stream, kGzip) != Z_OK) return {};
  inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  return out;
}

void Cut(const HttpRequest& request, std::string_view tag, HttpResponse& response) {
  const std::string_view condition = request.headers.Get("If-Range");
  if (!request.headers.Has("Range") || (!condition.empty() && condition != tag)) return;
  const uint64_t size = response.body.size();
  const auto part = net::ParseByteRange(request.headers.Get("Range"), size);
  if (!part) return;
  response.status = part->length == 0 ? 416 : 206;
  response.headers.Set("Content-Range", net::ContentRange(*part, size));
  response.body = response.body.substr(part->offset, part->length);
}

}  // namespace

bool AcceptsGzip(const HttpHeaders& headers) {
  std::string_view list = headers.Get("Accept-Encoding");
  bool any = false;
  while (!list.empty()) {
    std::string_view weight = NextPart(list, ',');
    const std::string_view coding = NextPart(weight, ';');
    const bool wanted = !IsNever(Trimmed(weight));
    if (EqualsIgnoreCase(coding, "gzip")) return wanted;
    if (coding == "*") any = wanted;
  }
  return any;
}

HttpResponse Encoded(const HttpRequest& request, const ConsoleFile& file) {
  const bool gzip = file.plain_bytes > 0 && AcceptsGzip(request.headers);
  const std::string tag = Cat("\"", file.hash, gzip ? "-gzip" : "", "\"");
  HttpResponse response;
  response.headers.Set("ETag", tag);
  response.headers.Set("Vary", "Accept-Encoding");
  if (Names(request.headers.Get("If-None-Match"), tag)) {
    response.status = 304;
    return response;
  }
  response.headers.Set("Accept-Ranges", "bytes");
  if (gzip) response.headers.Set("Content-Encoding", "gzip");
  response.body = gzip || file.plain_bytes == 0 ? std::string(file.bytes, file.size) : Plain(file);
  Cut(request, tag, response);
  return response;
}

}  // namespace sandbox::api
