#pragma once

// Hashes. Pure.

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/base/encoding.h"

namespace sandbox::s3 {

enum class Hash { kMd5, kSha1, kSha256, kCrc32, kCrc32c, kCrc64Nvme };

// Reads bytes as they pass. The checksums are big endian, as x-amz-checksum-* sends them.
class Digest {
 public:
  explicit Digest(Hash hash);
  void Update(std::string_view bytes);
  std::string Final();  // raw bytes; once

 private:
  bool IsCrc() const { return hash_ >= Hash::kCrc32; }
  Hash hash_;
  uint64_t crc_ = 0;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{nullptr, EVP_MD_CTX_free};
};

// The checksum of two pieces from theirs and the length of the second. For the three CRCs, raw as Final gives them.
std::string CombineCrc(Hash hash, std::string_view first, std::string_view second, uint64_t second_bytes);

std::string DigestOf(Hash hash, std::string_view bytes);
std::string Hmac(Hash hash, std::string_view key, std::string_view bytes);  // kSha1 or kSha256
bool EqualInConstantTime(std::string_view left, std::string_view right);
std::string RandomHex(size_t bytes);

}  // namespace sandbox::s3
