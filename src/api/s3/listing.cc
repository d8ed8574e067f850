#include "api/s3/digest.h"
#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/paging.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

constexpr uint32_t kKeysMax = 1000;

S3Result<uint32_t> MaxKeys(const S3Request& request) {
  return PageNumber(request.Param("max-keys"), "max-keys", kKeysMax, kKeysMax);
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
  // boto asks for encoded names on its own and, of version 1, decodes every name but this one.
  xml.Text("Name", request.bucket).Text("Prefix", version_2 ? (*names)(prefix) : std::string(prefix));
  if (version_2) {
    if (request.Has("start-after")) xml.Text("StartAfter", (*names)(request.Param("start-after")));
    if (request.Has("continuation-token")) xml.Text("ContinuationToken", token);
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
