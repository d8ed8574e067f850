#include <algorithm>
#include <charconv>

#include "api/s3/digest.h"
#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

constexpr size_t kKeysMax = 1000;

S3Result<size_t> MaxKeys(const S3Request& request) {
  const std::string_view text = request.Param("max-keys");
  if (text.empty()) return kKeysMax;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    return S3Fail(400, "InvalidArgument", "Argument max-keys must be an integer between 0 and 2147483647");
  }
  return std::min<size_t>(static_cast<size_t>(number), kKeysMax);
}

// Names in the answer: percent-encoded on demand, because XML cannot carry every character.
struct Names {
  bool encode = false;
  std::string operator()(std::string_view name) const { return encode ? PercentEncode(name, true) : std::string(name); }
};

S3Result<Names> NamesOf(const S3Request& request) {
  const std::string_view type = request.Param("encoding-type");
  if (!type.empty() && type != "url")
    return S3Fail(400, "InvalidArgument", "Invalid Encoding Method specified in Request");
  return Names{type == "url"};
}

void AddOwner(XmlWriter& xml) { xml.Open("Owner").Text("ID", "minio").Text("DisplayName", "minio").Close(); }

void AddObject(XmlWriter& xml, const ObjectInfo& object, const Names& names, bool owner) {
  xml.Open("Contents").Text("Key", names(object.key)).Text("LastModified", FormatXmlDate(object.modified_at));
  xml.Text("ETag", Quoted(object.etag)).Number("Size", object.size);
  if (owner) AddOwner(xml);
  xml.Text("StorageClass", "STANDARD").Close();
}

void AddPrefixes(XmlWriter& xml, const ObjectListing& listing, const Names& names) {
  for (const auto& prefix : listing.common_prefixes) xml.Open("CommonPrefixes").Text("Prefix", names(prefix)).Close();
}

// A marker that is a group means "after the whole group".
std::string AfterMarker(std::string_view marker, std::string_view prefix, std::string_view delimiter) {
  const bool group = !delimiter.empty() && marker.size() > prefix.size() && marker.starts_with(prefix) &&
                     marker.ends_with(delimiter) &&
                     marker.find(delimiter, prefix.size()) == marker.size() - delimiter.size();
  return group ? Cat(marker, "\xff") : std::string(marker);
}

// Where a page ended, as text: without the byte that stands for "the whole group".
std::string MarkerOf(const ObjectListing& listing) {
  return listing.last.ends_with('\xff') ? listing.last.substr(0, listing.last.size() - 1) : listing.last;
}

}  // namespace

Answer ListObjects(ObjectStore& store, const S3Request& request) {
  auto max = MaxKeys(request);
  auto names = NamesOf(request);
  if (!max) return std::unexpected(std::move(max.error()));
  if (!names) return std::unexpected(std::move(names.error()));
  const bool version_2 = request.Param("list-type") == "2";
  const std::string_view prefix = request.Param("prefix"), delimiter = request.Param("delimiter");
  const std::string_view token = request.Param("continuation-token");
  std::string after = AfterMarker(request.Param(version_2 ? "start-after" : "marker"),
                                  version_2 ? std::string_view("\xff") : prefix, delimiter);
  if (version_2 && !token.empty()) {
    auto decoded = FromBase64(token);
    if (!decoded) return S3Fail(400, "InvalidArgument", "The continuation token provided is incorrect");
    after = std::move(*decoded);
  }
  auto listing = store.List(request.bucket, prefix, delimiter, after, *max);
  if (!listing) return std::unexpected(FromError(listing.error()));

  XmlWriter xml("ListBucketResult");
  xml.Text("Name", request.bucket).Text("Prefix", (*names)(prefix));
  if (version_2) {
    if (request.Has("start-after")) xml.Text("StartAfter", (*names)(request.Param("start-after")));
    if (!token.empty()) xml.Text("ContinuationToken", token);
    if (listing->truncated) xml.Text("NextContinuationToken", Base64(listing->last));
    xml.Number("KeyCount", listing->objects.size() + listing->common_prefixes.size());
  } else {
    xml.Text("Marker", (*names)(request.Param("marker")));
    if (listing->truncated) xml.Text("NextMarker", (*names)(MarkerOf(*listing)));
  }
  xml.Number("MaxKeys", *max);
  if (!delimiter.empty()) xml.Text("Delimiter", (*names)(delimiter));
  xml.Flag("IsTruncated", listing->truncated);
  if (names->encode) xml.Text("EncodingType", "url");
  const bool owner = !version_2 || request.Param("fetch-owner") == "true";
  for (const auto& object : listing->objects) AddObject(xml, object, *names, owner);
  AddPrefixes(xml, *listing, *names);
  return XmlResponse(xml.Take());
}

Answer ListVersions(ObjectStore& store, const S3Request& request) {
  auto max = MaxKeys(request);
  auto names = NamesOf(request);
  if (!max) return std::unexpected(std::move(max.error()));
  if (!names) return std::unexpected(std::move(names.error()));
  const std::string_view prefix = request.Param("prefix"), delimiter = request.Param("delimiter");
  auto listing =
      store.List(request.bucket, prefix, delimiter, AfterMarker(request.Param("key-marker"), prefix, delimiter), *max);
  if (!listing) return std::unexpected(FromError(listing.error()));
  XmlWriter xml("ListVersionsResult");
  xml.Text("Name", request.bucket)
      .Text("Prefix", (*names)(prefix))
      .Text("KeyMarker", (*names)(request.Param("key-marker")));
  if (listing->truncated) xml.Text("NextKeyMarker", (*names)(MarkerOf(*listing))).Text("NextVersionIdMarker", "null");
  xml.Number("MaxKeys", *max).Flag("IsTruncated", listing->truncated);
  if (!delimiter.empty()) xml.Text("Delimiter", (*names)(delimiter));
  if (names->encode) xml.Text("EncodingType", "url");
  for (const auto& object : listing->objects) {
    xml.Open("Version").Text("Key", (*names)(object.key)).Text("VersionId", "null").Flag("IsLatest", true);
    xml.Text("LastModified", FormatXmlDate(object.modified_at))
        .Text("ETag", Quoted(object.etag))
        .Number("Size", object.size);
    AddOwner(xml);
    xml.Text("StorageClass", "STANDARD").Close();
  }
  AddPrefixes(xml, *listing, *names);
  return XmlResponse(xml.Take());
}

}  // namespace sandbox::s3
