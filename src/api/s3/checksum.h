#pragma once

// The checksums that S3 keeps with objects, parts and uploads: x-amz-checksum-*. Pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/s3/digest.h"
#include "api/s3/s3_error.h"
#include "net/http.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::s3 {

// "COMPOSITE" or "FULL_OBJECT", in requests and answers.
inline constexpr const char* kChecksumTypeHeader = "x-amz-checksum-type";

struct ChecksumAlgorithm {
  std::string_view name;     // CRC32, as requests name it
  std::string_view header;   // x-amz-checksum-crc32
  std::string_view element;  // ChecksumCRC32, in documents
  Hash hash;
  size_t bytes;  // of the raw checksum
};

std::span<const ChecksumAlgorithm> ChecksumAlgorithms();
const ChecksumAlgorithm* FindAlgorithm(std::string_view name);  // nullptr for an unknown one
// "an object's header": of one of the algorithms, not x-amz-checksum-mode and its like.
const ChecksumAlgorithm* AlgorithmOfHeader(std::string_view lower_case_header);
// The raw checksum. nullopt when the text is not base 64 of the algorithm's length.
std::optional<std::string> RawChecksum(const ChecksumAlgorithm& algorithm, std::string_view text);

// kComposite: of the parts' checksums, with "-<number of parts>" behind it.
enum class ChecksumType { kFullObject, kComposite };
std::string_view NameOf(ChecksumType type);

// How an upload in parts is summed, of its x-amz-checksum-algorithm and x-amz-checksum-type. A null algorithm: not at
// all. InvalidRequest for what does not go together.
struct ChecksumPlan {
  const ChecksumAlgorithm* algorithm = nullptr;
  ChecksumType type = ChecksumType::kFullObject;
};
S3Result<ChecksumPlan> PlanOf(std::string_view algorithm, std::string_view type);

struct Checksum {
  const ChecksumAlgorithm* algorithm = nullptr;
  ChecksumType type = ChecksumType::kFullObject;
  std::string value;  // base 64, with the number of parts when composite
};
// What was kept with an object or part.
std::optional<Checksum> ChecksumOf(const ObjectAttributes& attributes);
void Keep(const Checksum& checksum, ObjectWriter& writer);
// As headers of an answer.
void Tell(const Checksum& checksum, net::HttpHeaders& headers);

// The checksum that a request says of its object: the one header of an algorithm. InvalidRequest when there are two,
// or one that is no such checksum. nullopt when it says none.
S3Result<std::optional<Checksum>> SaidChecksum(const net::HttpHeaders& headers);

// The checksum of an object from those of its parts, in order.
class ChecksumOfParts {
 public:
  explicit ChecksumOfParts(ChecksumPlan plan) : plan_(plan), digest_(plan.algorithm->hash) {}
  void Add(std::string_view raw, uint64_t bytes);
  Checksum Final();  // once

 private:
  ChecksumPlan plan_;
  Digest digest_;         // composite
  std::string combined_;  // full object: raw, of the parts so far
  size_t parts_ = 0;
};

}  // namespace sandbox::s3
