#include "api/s3/tags.h"

#include <algorithm>
#include <set>

#include "api/s3/uri.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

constexpr size_t kKeyMax = 128, kValueMax = 256;  // characters

size_t Characters(std::string_view utf8) {
  return static_cast<size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

S3Result<void> Check(const Tags& tags, size_t most) {
  const auto invalid = [](std::string message) { return S3Fail(400, "InvalidTag", std::move(message)); };
  if (tags.size() > most) return invalid(Cat("There are ", tags.size(), " tags; at most ", most, " are allowed"));
  std::set<std::string_view> seen;
  for (const auto& [key, value] : tags) {
    if (key.empty() || Characters(key) > kKeyMax)
      return invalid(Cat("The key of a tag has 1 to ", kKeyMax, " characters"));
    if (Characters(value) > kValueMax)
      return invalid(Cat("The value of tag ", key, " has more than ", kValueMax, " characters"));
    if (!IsUtf8(key) || !IsUtf8(value)) return invalid("A tag is UTF-8");
    if (!seen.insert(key).second) return invalid(Cat("Cannot provide multiple Tags with the same key: ", key));
  }
  return {};
}

}  // namespace

S3Result<Tags> ParseTags(std::string_view xml, size_t most) {
  auto tags = ParseTagging(xml);
  if (!tags) return tags;
  if (auto good = Check(*tags, most); !good) return std::unexpected(std::move(good.error()));
  return tags;
}

std::string TagsXml(const Tags& tags) {
  XmlWriter xml("Tagging");
  xml.Open("TagSet");
  for (const auto& [key, value] : tags) xml.Open("Tag").Text("Key", key).Text("Value", value).Close();
  return xml.Take();
}

std::string EncodeTags(const Tags& tags) {
  std::string out;
  for (const auto& [key, value] : tags)
    out += Cat(out.empty() ? "" : "&", PercentEncode(key), "=", PercentEncode(value));
  return out;
}

Tags DecodeTags(std::string_view encoded) { return ParseQuery(encoded).value_or(Tags()); }

Tags TagsOf(const ObjectAttributes& attributes) {
  const auto found = attributes.headers.find(std::string(kTagsHeader));
  return found == attributes.headers.end() ? Tags() : DecodeTags(found->second);
}

S3Result<void> KeepTagsOf(const net::HttpHeaders& headers, ObjectAttributes& attributes) {
  const std::string_view given = headers.Get(kTagsHeader);
  if (given.empty()) return {};
  const auto tags = ParseQuery(given);
  if (!tags) return S3Fail(400, "InvalidArgument", "The header x-amz-tagging is not a query of keys and values");
  if (auto good = Check(*tags, kObjectTagsMax); !good) return good;
  attributes.headers[std::string(kTagsHeader)] = EncodeTags(*tags);
  return {};
}

}  // namespace sandbox::s3
