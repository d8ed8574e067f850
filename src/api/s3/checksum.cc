#include "api/s3/checksum.h"

#include <array>

#include "api/s3/uri.h"

namespace sandbox::s3 {
namespace {

constexpr std::array<ChecksumAlgorithm, 5> kAlgorithms = {
    {{"CRC32", "x-amz-checksum-crc32", "ChecksumCRC32", Hash::kCrc32, 4},
     {"CRC32C", "x-amz-checksum-crc32c", "ChecksumCRC32C", Hash::kCrc32c, 4},
     {"CRC64NVME", "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME", Hash::kCrc64Nvme, 8},
     {"SHA1", "x-amz-checksum-sha1", "ChecksumSHA1", Hash::kSha1, 20},
     {"SHA256", "x-amz-checksum-sha256", "ChecksumSHA256", Hash::kSha256, 32}}};

bool IsSha(Hash hash) { return hash == Hash::kSha1 || hash == Hash::kSha256; }

}  // namespace

std::span<const ChecksumAlgorithm> ChecksumAlgorithms() { return kAlgorithms; }

const ChecksumAlgorithm* FindAlgorithm(std::string_view name) {
  for (const ChecksumAlgorithm& algorithm : kAlgorithms) {
    if (LowerCase(algorithm.name) == LowerCase(name)) return &algorithm;
  }
  return nullptr;
}

const ChecksumAlgorithm* AlgorithmOfHeader(std::string_view lower_case_header) {
  for (const ChecksumAlgorithm& algorithm : kAlgorithms) {
    if (algorithm.header == lower_case_header) return &algorithm;
  }
  return nullptr;
}

std::optional<std::string> RawChecksum(const ChecksumAlgorithm& algorithm, std::string_view text) {
  auto raw = FromBase64(text);
  if (!raw || raw->size() != algorithm.bytes) return std::nullopt;
  return std::move(*raw);
}

std::string_view NameOf(ChecksumType type) { return type == ChecksumType::kComposite ? "COMPOSITE" : "FULL_OBJECT"; }

S3Result<ChecksumPlan> PlanOf(std::string_view algorithm, std::string_view type) {
  const auto invalid = [](std::string message) { return S3Fail(400, "InvalidRequest", std::move(message)); };
  if (!type.empty() && type != "COMPOSITE" && type != "FULL_OBJECT")
    return invalid("Value for x-amz-checksum-type header is invalid.");
  if (algorithm.empty()) {
    if (type.empty()) return ChecksumPlan{};
    return invalid("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
  }
  const ChecksumAlgorithm* found = FindAlgorithm(algorithm);
  if (found == nullptr) {
    return invalid(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
        "CRC64NVME, SHA1, SHA256]");
  }
  // A SHA of the whole cannot be made from those of the parts; of CRC-64 there is nothing but the whole.
  const ChecksumType normal = found->hash == Hash::kCrc64Nvme ? ChecksumType::kFullObject : ChecksumType::kComposite;
  const ChecksumType wanted = type.empty()            ? normal
                              : type == "FULL_OBJECT" ? ChecksumType::kFullObject
                                                      : ChecksumType::kComposite;
  if (wanted != normal && (IsSha(found->hash) || found->hash == Hash::kCrc64Nvme)) {
    return invalid(Cat("The ", NameOf(wanted), " checksum type cannot be used with the ", LowerCase(found->name),
                       " checksum algorithm."));
  }
  return ChecksumPlan{found, wanted};
}

std::optional<Checksum> ChecksumOf(const ObjectAttributes& attributes) {
  for (const ChecksumAlgorithm& algorithm : kAlgorithms) {
    const auto found = attributes.headers.find(std::string(algorithm.header));
    if (found == attributes.headers.end()) continue;
    const bool composite = found->second.find('-') != std::string::npos;
    return Checksum{&algorithm, composite ? ChecksumType::kComposite : ChecksumType::kFullObject, found->second};
  }
  return std::nullopt;
}

void Keep(const Checksum& checksum, ObjectWriter& writer) {
  writer.SetHeader(std::string(checksum.algorithm->header), checksum.value);
}

void Tell(const Checksum& checksum, net::HttpHeaders& headers) {
  headers.Set(std::string(checksum.algorithm->header), checksum.value);
  headers.Set(kChecksumTypeHeader, std::string(NameOf(checksum.type)));
}

S3Result<std::optional<Checksum>> SaidChecksum(const net::HttpHeaders& headers) {
  std::optional<Checksum> said;
  for (const ChecksumAlgorithm& algorithm : kAlgorithms) {
    if (!headers.Has(algorithm.header)) continue;
    if (said) {
      return S3Fail(400, "InvalidRequest",
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    const std::string_view value = headers.Get(algorithm.header);
    const size_t dash = value.find('-');
    if (!RawChecksum(algorithm, value.substr(0, dash)))
      return S3Fail(400, "InvalidRequest", Cat("Value for ", algorithm.header, " header is invalid."));
    said = Checksum{&algorithm, dash == std::string_view::npos ? ChecksumType::kFullObject : ChecksumType::kComposite,
                    std::string(value)};
  }
  return said;
}

void ChecksumOfParts::Add(std::string_view raw, uint64_t bytes) {
  ++parts_;
  if (plan_.type == ChecksumType::kComposite) {
    digest_.Update(raw);
  } else {
    combined_ = parts_ == 1 ? std::string(raw) : CombineCrc(plan_.algorithm->hash, combined_, raw, bytes);
  }
}

Checksum ChecksumOfParts::Final() {
  if (plan_.type == ChecksumType::kFullObject) return {plan_.algorithm, plan_.type, Base64(combined_)};
  return {plan_.algorithm, plan_.type, Cat(Base64(digest_.Final()), "-", parts_)};
}

}  // namespace sandbox::s3
