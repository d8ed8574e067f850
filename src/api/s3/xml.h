#pragma once

// The XML that S3 speaks. Pure.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/s3/conditions.h"
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

struct DeleteEntry {
  std::string key;
  std::string version;
  DeleteConditions conditions;
};
struct DeleteRequest {
  std::vector<DeleteEntry> objects;
  bool quiet = false;
};
// MalformedXML for more than 1,000 keys, and for none.
S3Result<DeleteRequest> ParseDelete(std::string_view xml);

struct PartReference {
  uint32_t number = 0;
  std::string etag;                              // without quotes
  std::map<std::string, std::string> checksums;  // by element: ChecksumCRC32
};
S3Result<std::vector<PartReference>> ParseComplete(std::string_view xml);

// Keys and values of a Tagging document, unchecked.
S3Result<std::vector<std::pair<std::string, std::string>>> ParseTagging(std::string_view xml);
// The LocationConstraint of a CreateBucketConfiguration; empty when it has none.
S3Result<std::string> ParseLocation(std::string_view xml);

struct CorsRule {
  std::vector<std::string> origins;  // with at most one "*" each, as the headers
  std::vector<std::string> methods;
  std::vector<std::string> headers;
  std::vector<std::string> exposed;
  std::string max_age_seconds;
};
// MalformedXML without a rule, or for a rule without origin or method; InvalidRequest for a method that is none and for
// two "*" in a pattern.
S3Result<std::vector<CorsRule>> ParseCors(std::string_view xml);

}  // namespace sandbox::s3
