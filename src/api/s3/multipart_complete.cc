// The end of an upload in parts. The order on disk: the object, the record that answers the same call again, then the
// parts go. A crash between two of them leaves an upload that can be completed again with the same result.

#include <algorithm>

#include "api/s3/conditions.h"
#include "api/s3/multipart.h"
#include "api/s3/part_table.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

std::unexpected<S3Error> InvalidPart() {
  return S3Fail(400, "InvalidPart",
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
                "specified entity tag may not match the part's entity tag.");
}

std::unexpected<S3Error> InvalidRequest(std::string message) {
  return S3Fail(400, "InvalidRequest", std::move(message));
}

std::string EtagOf(const std::vector<PartReference>& parts) {
  std::string digests;
  for (const PartReference& part : parts) digests += FromHex(part.etag).value_or("");
  return Cat(Hex(DigestOf(Hash::kMd5, digests)), "-", parts.size());
}

// The list of the client: in ascending order. Of a part that was sent more than once the last entry counts.
S3Result<std::vector<PartReference>> References(std::string_view body) {
  auto parsed = ParseComplete(body);
  if (!parsed) return parsed;
  std::vector<PartReference> parts;
  for (PartReference& part : *parsed) {
    if (!parts.empty() && part.number < parts.back().number) {
      return S3Fail(400, "InvalidPartOrder",
                    "The list of parts was not in ascending order. Parts must be ordered by part number.");
    }
    if (!parts.empty() && part.number == parts.back().number) {
      parts.back() = std::move(part);
    } else {
      parts.push_back(std::move(part));
    }
  }
  if (parts.size() > kPartsMax) return S3Fail(400, "InvalidArgument", "An upload has at most 10000 parts");
  return parts;
}

// The sending of the part that the client names, with what is kept of it.
S3Result<ObjectInfo> FindPart(ObjectStore& store, const std::vector<ObjectInfo>& sendings, const PartReference& part,
                              const ChecksumPlan& plan) {
  const auto found = std::ranges::find(sendings.rbegin(), sendings.rend(), part.etag, &ObjectInfo::etag);
  if (found == sendings.rend()) return InvalidPart();
  auto info = store.Head(kUploadsBucket, found->key);
  if (!info) return InvalidPart();
  const auto kept = ChecksumOf(info->attributes);
  if (plan.algorithm != nullptr && (!kept || kept->algorithm != plan.algorithm)) return InvalidPart();
  for (const auto& [element, value] : part.checksums) {
    if (kept && element == kept->algorithm->element ? value != kept->value : plan.algorithm != nullptr)
      return InvalidPart();
  }
  if (plan.algorithm != nullptr && plan.type == ChecksumType::kComposite && part.checksums.empty()) {
    return InvalidRequest(Cat("The upload was created using a ", LowerCase(plan.algorithm->name),
                              " checksum. The complete request must include the checksum for each part. It was missing "
                              "for part ",
                              part.number, " in the request."));
  }
  return std::move(*info);
}

struct Assembly {
  std::vector<ObjectInfo> parts;
  std::vector<TablePart> table;
  uint64_t bytes = 0;
  std::optional<Checksum> checksum;
};

S3Result<Assembly> Assemble(ObjectStore& store, const S3Request& request, const MultipartUpload& upload,
                            const std::vector<PartReference>& references) {
  auto sendings = PartsOf(store, request.Param("uploadId"));
  if (!sendings) return std::unexpected(std::move(sendings.error()));
  Assembly assembly;
  std::optional<ChecksumOfParts> sum;
  if (upload.checksum.algorithm != nullptr) sum.emplace(upload.checksum);
  for (const PartReference& part : references) {
    auto info = FindPart(store, (*sendings)[part.number], part, upload.checksum);
    if (!info) return std::unexpected(std::move(info.error()));
    const auto kept = ChecksumOf(info->attributes);
    if (sum) sum->Add(RawChecksum(*kept->algorithm, kept->value).value_or(""), info->size);
    assembly.table.push_back({part.number, info->size, sum ? kept->value : std::string()});
    assembly.bytes += info->size;
    assembly.parts.push_back(std::move(*info));
  }
  for (size_t i = 0; i + 1 < assembly.parts.size(); ++i) {
    if (assembly.parts[i].size >= kPartBytesMin) continue;
    return S3Fail(
        400, "EntityTooSmall",
        Cat("Your proposed upload is smaller than the minimum allowed size: part ", references[i].number, " has ",
            assembly.parts[i].size, " bytes, and only the last one may have fewer than ", kPartBytesMin));
  }
  if (sum) assembly.checksum = sum->Final();
  return assembly;
}

// What the request says of the object as a whole.
S3Result<void> CheckWhole(const net::HttpHeaders& headers, const ChecksumPlan& plan, const Assembly& assembly) {
  const std::string_view size = headers.Get("x-amz-mp-object-size"), type = headers.Get("x-amz-checksum-type");
  if (!size.empty() && size != std::to_string(assembly.bytes)) {
    return InvalidRequest(Cat("The provided 'x-amz-mp-object-size' header value ", size,
                              " does not match what was computed: ", assembly.bytes));
  }
  if (!type.empty() && (plan.algorithm == nullptr || type != NameOf(plan.type))) {
    return InvalidRequest(Cat("The upload was created using the ",
                              plan.algorithm == nullptr ? std::string_view("null") : NameOf(plan.type),
                              " checksum mode. The complete request must use the same checksum mode."));
  }
  auto said = SaidChecksum(headers);
  if (!said) return std::unexpected(std::move(said.error()));
  if (!*said) return {};
  const Checksum& checksum = **said;
  if (checksum.algorithm != plan.algorithm) {
    return InvalidRequest(Cat("Checksum Type mismatch occurred, expected checksum Type: ",
                              plan.algorithm == nullptr ? std::string("null") : LowerCase(plan.algorithm->name),
                              ", actual checksum Type: ", LowerCase(checksum.algorithm->name)));
  }
  const std::string& computed = assembly.checksum->value;
  // A composite one may come without its number of parts.
  if (checksum.value == computed || checksum.value == computed.substr(0, computed.find('-'))) return {};
  return S3Fail(400, "BadDigest",
                Cat("The ", LowerCase(plan.algorithm->name), " you specified did not match the calculated checksum."));
}

Answer Completed(const S3Request& request, std::string_view etag, const std::optional<Checksum>& checksum) {
  XmlWriter xml("CompleteMultipartUploadResult");
  xml.Text("Location", Cat("/", request.bucket, "/", PercentEncode(request.key, "/"))).Text("Bucket", request.bucket);
  xml.Text("Key", request.key).Text("ETag", Quoted(etag));
  if (checksum) xml.Text(checksum->algorithm->element, checksum->value).Text("ChecksumType", NameOf(checksum->type));
  return XmlResponse(xml.Take());
}

// Once more what was answered the first time: clients repeat a call whose answer got lost.
Answer CompletedBefore(ObjectStore& store, const S3Request& request, const std::vector<PartReference>& references) {
  const std::string id(request.Param("uploadId"));
  const auto record = store.Head(kCompletedBucket, id);
  if (!record || !IsRecordOf(store, kCompletedBucket, id, request)) return NoSuchUpload();
  if (record->etag != EtagOf(references)) return InvalidPart();
  return Completed(request, record->etag, ChecksumOf(record->attributes));
}

void ForgetOldest(ObjectStore& store) {
  auto records = store.List(kCompletedBucket, "", "", "", 2 * kCompletedMax);
  if (!records || records->objects.size() <= kCompletedMax) return;
  std::ranges::sort(records->objects, {}, &ObjectInfo::modified_at);
  // Some more than needed, so that not every upload has to sort.
  const size_t surplus = records->objects.size() - kCompletedMax + kCompletedMax / 10;
  for (size_t i = 0; i < surplus; ++i) (void)store.Remove(kCompletedBucket, records->objects[i].key);
}

Status Remember(ObjectStore& store, const S3Request& request, std::string_view etag,
                const std::optional<Checksum>& checksum) {
  if (auto made = store.CreateBucket(kCompletedBucket); !made) return made;
  auto writer = store.Create(kCompletedBucket, request.Param("uploadId"), {Durability::kSynced, ObjectDigest::kNone});
  if (!writer) return std::unexpected(std::move(writer.error()));
  if (auto written = (*writer)->Append(RecordContent(request)); !written) return written;
  (*writer)->SetEtag(std::string(etag));
  if (checksum) Keep(*checksum, **writer);
  if (auto done = (*writer)->Commit(); !done) return std::unexpected(std::move(done.error()));
  ForgetOldest(store);
  return {};
}

}  // namespace

Answer CompleteUpload(ObjectStore& store, const S3Request& request, std::string_view body) {
  const auto upload = FindUpload(store, request);
  auto references = References(body);
  if (!references) {
    if (!upload && !store.Head(kCompletedBucket, request.Param("uploadId"))) return NoSuchUpload();
    return std::unexpected(std::move(references.error()));
  }
  if (!upload) return CompletedBefore(store, request, *references);
  auto assembly = Assemble(store, request, *upload, *references);
  if (!assembly) {
    // Perhaps the same call was answered meanwhile, and the parts went.
    if (!FindUpload(store, request)) return CompletedBefore(store, request, *references);
    return std::unexpected(std::move(assembly.error()));
  }
  if (auto whole = CheckWhole(request.headers, upload->checksum, *assembly); !whole)
    return std::unexpected(std::move(whole.error()));
  auto writer =
      store.Create(request.bucket, request.key, {Durability::kSynced, ObjectDigest::kNone, upload->attributes});
  if (!writer) return std::unexpected(FromError(writer.error()));
  for (const ObjectInfo& part : assembly->parts) {
    auto reader = store.Open(kUploadsBucket, part.key);
    if (!reader) {
      if (!FindUpload(store, request)) return CompletedBefore(store, request, *references);
      return InvalidPart();
    }
    if (auto copied = (*writer)->CopyRange(**reader, 0, part.size); !copied)
      return std::unexpected(FromError(copied.error()));
  }
  const std::string etag = EtagOf(*references);
  (*writer)->SetEtag(etag);
  (*writer)->SetHeader(std::string(kPartTableHeader), FormatPartTable(assembly->table));
  if (assembly->checksum) Keep(*assembly->checksum, **writer);
  auto info = (*writer)->Commit(WriteCondition(request.headers));
  if (!info) return std::unexpected(FromError(info.error()));
  // Without its record the upload stays, and the call can be made again.
  if (auto kept = Remember(store, request, etag, assembly->checksum); kept)
    RemoveUpload(store, request.Param("uploadId"));
  return Completed(request, etag, assembly->checksum);
}

}  // namespace sandbox::s3
