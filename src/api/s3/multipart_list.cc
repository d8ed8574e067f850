#include <algorithm>
#include <charconv>
#include <tuple>

#include "api/s3/http_date.h"
#include "api/s3/multipart.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

constexpr uint32_t kPageMax = 1000;

struct UploadEntry {
  std::string key;
  std::string id;
  Instant begun_at{};
  ChecksumPlan checksum;
  auto operator<=>(const UploadEntry& other) const { return std::tie(key, id) <=> std::tie(other.key, other.id); }
  bool operator==(const UploadEntry& other) const { return key == other.key && id == other.id; }
};

std::vector<UploadEntry> UploadsOf(ObjectStore& store, const S3Request& request) {
  std::vector<UploadEntry> found;
  const auto listing = store.List(kUploadsBucket, "", "/", "", 100000);
  if (!listing) return found;  // no upload was ever made
  for (const std::string& group : listing->common_prefixes) {
    const std::string id = group.substr(0, group.size() - 1);
    const auto content = store.Get(kUploadsBucket, id + "/upload", 4096);
    if (!content || !content->starts_with(Cat(request.bucket, "\n"))) continue;
    S3Request one;
    one.bucket = request.bucket;
    one.key = content->substr(request.bucket.size() + 1);
    one.query = {{"uploadId", id}};
    if (!one.key.starts_with(request.Param("prefix"))) continue;
    if (auto upload = FindUpload(store, one)) found.push_back({one.key, id, upload->begun_at, upload->checksum});
  }
  std::ranges::sort(found);
  return found;
}

// Behind the markers: all uploads of a greater key, and with an upload-id-marker those of the same key too.
bool IsAfter(const UploadEntry& upload, std::string_view key_marker, std::string_view id_marker) {
  if (upload.key != key_marker) return upload.key > key_marker;
  return !id_marker.empty() && upload.id > id_marker;
}

void AddChecksumPlan(XmlWriter& xml, const ChecksumPlan& plan) {
  if (plan.algorithm == nullptr) return;
  xml.Text("ChecksumAlgorithm", plan.algorithm->name).Text("ChecksumType", NameOf(plan.type));
}

void AddPerson(XmlWriter& xml, std::string_view role) {
  xml.Open(role).Text("ID", "minio").Text("DisplayName", "minio").Close();
}

}  // namespace

Answer ListParts(ObjectStore& store, const S3Request& request) {
  auto upload = FindUpload(store, request);
  if (!upload) return std::unexpected(std::move(upload.error()));
  auto after = PageNumber(request.Param("part-number-marker"), "part-number-marker", 0, kPartsMax);
  auto max = PageNumber(request.Param("max-parts"), "max-parts", kPageMax, kPageMax);
  if (!after) return std::unexpected(std::move(after.error()));
  if (!max) return std::unexpected(std::move(max.error()));
  auto parts = PartsOf(store, request.Param("uploadId"));
  if (!parts) return std::unexpected(std::move(parts.error()));
  parts->erase(parts->begin(), parts->upper_bound(*after));
  const bool truncated = parts->size() > *max;
  while (parts->size() > *max) parts->erase(std::prev(parts->end()));
  XmlWriter xml("ListPartsResult");
  xml.Text("Bucket", request.bucket).Text("Key", request.key).Text("UploadId", request.Param("uploadId"));
  AddPerson(xml, "Initiator");
  AddPerson(xml, "Owner");
  xml.Text("StorageClass", "STANDARD").Number("PartNumberMarker", *after);
  xml.Number("NextPartNumberMarker", parts->empty() ? *after : parts->rbegin()->first);
  xml.Number("MaxParts", *max).Flag("IsTruncated", truncated);
  AddChecksumPlan(xml, upload->checksum);
  for (const auto& [number, sendings] : *parts) {
    const auto info = store.Head(kUploadsBucket, sendings.back().key);
    if (!info) continue;  // replaced a moment ago
    xml.Open("Part").Number("PartNumber", number).Text("LastModified", FormatXmlDate(info->modified_at));
    xml.Text("ETag", Quoted(info->etag)).Number("Size", info->size);
    if (const auto checksum = ChecksumOf(info->attributes)) xml.Text(checksum->algorithm->element, checksum->value);
    xml.Close();
  }
  return XmlResponse(xml.Take());
}

Answer ListUploads(ObjectStore& store, const S3Request& request) {
  if (!store.HasBucket(request.bucket)) return S3Fail(404, "NoSuchBucket", "The specified bucket does not exist");
  auto max = PageNumber(request.Param("max-uploads"), "max-uploads", kPageMax, kPageMax);
  auto names = NamesOf(request);
  if (!max) return std::unexpected(std::move(max.error()));
  if (!names) return std::unexpected(std::move(names.error()));
  const std::string_view prefix = request.Param("prefix"), delimiter = request.Param("delimiter");
  const std::string_view key_marker = request.Param("key-marker"), id_marker = request.Param("upload-id-marker");
  std::vector<UploadEntry> page;
  std::vector<std::string> groups;
  std::string next_key, next_id;
  bool truncated = false;
  for (UploadEntry& upload : UploadsOf(store, request)) {
    if (request.Has("key-marker") && !IsAfter(upload, key_marker, id_marker)) continue;
    const size_t cut = delimiter.empty() ? std::string::npos : upload.key.find(delimiter, prefix.size());
    std::string group = cut == std::string::npos ? "" : upload.key.substr(0, cut + delimiter.size());
    if (!group.empty() && (group == key_marker || (!groups.empty() && groups.back() == group))) continue;
    if (page.size() + groups.size() >= *max) {
      truncated = *max > 0;
      break;
    }
    next_key = group.empty() ? upload.key : group;
    next_id = group.empty() ? upload.id : "";
    if (group.empty()) {
      page.push_back(std::move(upload));
    } else {
      groups.push_back(std::move(group));
    }
  }
  XmlWriter xml("ListMultipartUploadsResult");
  xml.Text("Bucket", request.bucket).Text("KeyMarker", (*names)(key_marker)).Text("UploadIdMarker", id_marker);
  if (truncated) xml.Text("NextKeyMarker", (*names)(next_key)).Text("NextUploadIdMarker", next_id);
  if (request.Has("prefix")) xml.Text("Prefix", (*names)(prefix));
  if (!delimiter.empty()) xml.Text("Delimiter", (*names)(delimiter));
  if (names->encode) xml.Text("EncodingType", "url");
  xml.Number("MaxUploads", *max).Flag("IsTruncated", truncated);
  for (const UploadEntry& upload : page) {
    xml.Open("Upload").Text("Key", (*names)(upload.key)).Text("UploadId", upload.id);
    AddPerson(xml, "Initiator");
    AddPerson(xml, "Owner");
    xml.Text("StorageClass", "STANDARD").Text("Initiated", FormatXmlDate(upload.begun_at));
    AddChecksumPlan(xml, upload.checksum);
    xml.Close();
  }
  for (const std::string& group : groups) xml.Open("CommonPrefixes").Text("Prefix", (*names)(group)).Close();
  return XmlResponse(xml.Take());
}

}  // namespace sandbox::s3
