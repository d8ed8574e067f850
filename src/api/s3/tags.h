#pragma once

// Tags of objects and buckets: names and values of the user's own. Pure.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/s3/s3_error.h"
#include "net/http.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::s3 {

// Where an object's tags are kept: as a query, percent-encoded.
inline constexpr std::string_view kTagsHeader = "x-amz-tagging";
inline constexpr size_t kObjectTagsMax = 10;
inline constexpr size_t kBucketTagsMax = 50;

using Tags = std::vector<std::pair<std::string, std::string>>;

// A <Tagging> document. MalformedXML; InvalidTag for a key above 128 or a value above 256 characters, for a key that
// comes twice, and for more than `most` tags.
S3Result<Tags> ParseTags(std::string_view xml, size_t most);
std::string TagsXml(const Tags& tags);
std::string EncodeTags(const Tags& tags);
Tags DecodeTags(std::string_view encoded);
Tags TagsOf(const ObjectAttributes& attributes);

// The tags that a request gives its object in x-amz-tagging: checked as those of a document.
S3Result<void> KeepTagsOf(const net::HttpHeaders& headers, ObjectAttributes& attributes);

}  // namespace sandbox::s3
