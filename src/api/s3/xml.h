#pragma once

// The XML that S3 speaks. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "api/s3/s3_error.h"

namespace sandbox::s3 {

std::string EscapeXml(std::string_view text);

// Elements in order; the root is closed by Take.
class XmlWriter {
 public:
  explicit XmlWriter(std::string_view root);
  XmlWriter& Open(std::string_view name);
  XmlWriter& Close();
  XmlWriter& Text(std::string_view name, std::string_view value);
  XmlWriter& Number(std::string_view name, uint64_t value) { return Text(name, std::to_string(value)); }
  XmlWriter& Flag(std::string_view name, bool value) { return Text(name, value ? "true" : "false"); }
  std::string Take();

 private:
  std::string out_;
  std::vector<std::string> open_;
};

struct DeleteRequest {
  std::vector<std::string> keys;
  bool quiet = false;
};
S3Result<DeleteRequest> ParseDelete(std::string_view xml);

struct PartReference {
  uint32_t number = 0;
  std::string etag;  // without quotes
};
S3Result<std::vector<PartReference>> ParseComplete(std::string_view xml);

}  // namespace sandbox::s3
