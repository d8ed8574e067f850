// What S3 reads from strangers: request line and headers, signatures, documents, chunked bodies.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/s3/chunk_decoder.h"
#include "api/s3/part_table.h"
#include "api/s3/request.h"
#include "api/s3/tags.h"
#include "api/s3/uri.h"
#include "api/s3/xml.h"
#include "net/http_message.h"

using namespace sandbox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)s3::ParseDelete(text);
  (void)s3::ParseComplete(text);
  (void)s3::ParseLocation(text);
  (void)s3::ParseCors(text);
  if (const auto tags = s3::ParseTags(text, s3::kBucketTagsMax); tags && s3::DecodeTags(s3::EncodeTags(*tags)) != *tags)
    __builtin_trap();
  ObjectAttributes attributes;
  attributes.headers[std::string(s3::kPartTableHeader)] = text;
  if (const auto table = s3::PartTableOf(attributes); !table.empty()) {
    attributes.headers[std::string(s3::kPartTableHeader)] = s3::FormatPartTable(table);
    if (s3::PartTableOf(attributes).size() != table.size()) __builtin_trap();
  }
  if (auto decoded = PercentDecode(text); decoded && PercentDecode(PercentEncode(*decoded)) != decoded)
    __builtin_trap();

  std::string body;
  s3::ChunkDecoder decoder(size % 2 == 0, s3::Identity());
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = rest.substr(0, 1 + rest.size() / 3);
    const auto fed = decoder.Feed(piece, [&](std::string_view bytes) -> s3::S3Result<void> {
      body += bytes;
      return {};
    });
    if (!fed) break;
    rest.remove_prefix(piece.size());
  }
  if (body.size() > size) __builtin_trap();

  auto head = net::ParseRequestHead(text);
  if (!head) return 0;
  auto request = s3::ParseRequest(head->request, {"localhost"});
  if (!request) return 0;
  const s3::SignedRequest proof{head->request.method, request->raw_path, request->path, request->query,
                                request->headers};
  (void)s3::Authenticate(proof, {}, {"localhost:30002"}, Instant(std::chrono::seconds(1'700'000'000)));
  return 0;
}
