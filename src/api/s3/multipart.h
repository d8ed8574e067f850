#pragma once

// Uploads in parts, as they lie in the store. An upload is an object "<id>/upload" of a hidden bucket: its attributes
// are those of the object to come, its content is bucket, line end, key. A part is "<id>/<number>-<random>": a part
// that is sent again replaces what was there when its sending began, so two sendings that overlap both stay, and the
// upload is completed with the one whose entity tag the client names. Nothing is kept in memory: uploads outlive a
// restart. Every function blocks on the disk: on a worker thread.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/s3/checksum.h"
#include "api/s3/operations.h"
#include "api/s3/paging.h"

namespace sandbox::s3 {

// Where the parts of unfinished uploads are kept, and what uploads were completed as; not buckets for clients.
inline constexpr std::string_view kUploadsBucket = ".uploads";
inline constexpr std::string_view kCompletedBucket = ".completed";
inline constexpr uint32_t kPartsMax = 10000;
inline constexpr uint64_t kPartBytesMin = 5 * 1024 * 1024;  // of all parts but the last
// Of completed uploads that can be completed again with the same answer; the oldest go first.
inline constexpr size_t kCompletedMax = 1000;

std::unexpected<S3Error> NoSuchUpload();

struct MultipartUpload {
  ObjectAttributes attributes;  // of the object to come
  ChecksumPlan checksum;
  Instant begun_at{};
};
// The upload that the request names, when it belongs to the request's key.
S3Result<MultipartUpload> FindUpload(ObjectStore& store, const S3Request& request);
// The sendings of every part that are there, the newest last. Their attributes are left empty.
S3Result<std::map<uint32_t, std::vector<ObjectInfo>>> PartsOf(ObjectStore& store, std::string_view id);
void RemoveUpload(ObjectStore& store, std::string_view id);

struct PartWriter {
  std::unique_ptr<ObjectWriter> writer;
  std::vector<std::string> replaced;             // keys of earlier sendings
  const ChecksumAlgorithm* algorithm = nullptr;  // of the upload
};
S3Result<PartWriter> BeginPart(ObjectStore& store, const S3Request& request);
// The part is on disk when it answers.
Answer FinishPart(ObjectStore& store, const S3Request& request, ObjectWriter& writer,
                  const std::vector<std::string>& replaced);

// A record of one upload, kept under its id in a hidden bucket: the content says whose it is.
std::string RecordContent(const S3Request& request);
bool IsRecordOf(ObjectStore& store, std::string_view bucket, std::string_view key, const S3Request& request);

}  // namespace sandbox::s3
