#include "api/s3/digest.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cstring>

namespace sandbox::s3 {
namespace {

// Eight bytes a step. A 32-bit reflected polynomial works in the same 64-bit register: its upper half stays zero.
struct CrcTables {
  std::array<std::array<uint64_t, 256>, 8> at{};
  explicit constexpr CrcTables(uint64_t polynomial) {
    for (uint64_t byte = 0; byte < 256; ++byte) {
      uint64_t crc = byte;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? polynomial : 0);
      at[0][byte] = crc;
    }
    for (size_t table = 1; table < 8; ++table) {
      for (size_t byte = 0; byte < 256; ++byte)
        at[table][byte] = (at[table - 1][byte] >> 8) ^ at[0][at[table - 1][byte] & 255];
    }
  }
};

// Reflected: the highest bit stands for x^0.
uint64_t PolynomialOf(Hash hash) {
  return hash == Hash::kCrc32 ? 0xedb88320 : hash == Hash::kCrc32c ? 0x82f63b78 : 0x9a6c9329ac4bc9b5;
}

const CrcTables& TablesOf(Hash hash) {
  static const CrcTables crc32(PolynomialOf(Hash::kCrc32)), crc32c(PolynomialOf(Hash::kCrc32c)),
      crc64(PolynomialOf(Hash::kCrc64Nvme));
  return hash == Hash::kCrc32 ? crc32 : hash == Hash::kCrc32c ? crc32c : crc64;
}

uint64_t Ones(Hash hash) { return hash == Hash::kCrc64Nvme ? ~uint64_t{0} : 0xffffffff; }

uint64_t Crc(const CrcTables& tables, uint64_t crc, std::string_view bytes) {
  const auto& t = tables.at;
  while (bytes.size() >= 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), 8);  // little endian machines only, as the release is
    word ^= crc;
    crc = t[7][word & 255] ^ t[6][(word >> 8) & 255] ^ t[5][(word >> 16) & 255] ^ t[4][(word >> 24) & 255] ^
          t[3][(word >> 32) & 255] ^ t[2][(word >> 40) & 255] ^ t[1][(word >> 48) & 255] ^ t[0][word >> 56];
    bytes.remove_prefix(8);
  }
  for (char c : bytes) crc = (crc >> 8) ^ t[0][(crc ^ static_cast<unsigned char>(c)) & 255];
  return crc;
}

// a * b modulo the polynomial. `one` is x^0.
uint64_t Multiply(uint64_t polynomial, uint64_t one, uint64_t a, uint64_t b) {
  uint64_t product = 0;
  for (uint64_t bit = one; bit != 0; bit >>= 1) {
    if (a & bit) product ^= b;
    b = (b >> 1) ^ ((b & 1) ? polynomial : 0);
  }
  return product;
}

uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (unsigned char c : bytes) value = value << 8 | c;
  return value;
}

std::string BigEndian(uint64_t value, Hash hash) {
  std::string out;
  for (int shift = hash == Hash::kCrc64Nvme ? 56 : 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
  return out;
}

const EVP_MD* Evp(Hash hash) {
  return hash == Hash::kMd5 ? EVP_md5() : hash == Hash::kSha1 ? EVP_sha1() : EVP_sha256();
}

}  // namespace

Digest::Digest(Hash hash) : hash_(hash) {
  if (IsCrc()) {
    crc_ = Ones(hash);
  } else {
    context_.reset(EVP_MD_CTX_new());
    EVP_DigestInit_ex(context_.get(), Evp(hash), nullptr);
  }
}

void Digest::Update(std::string_view bytes) {
  if (IsCrc()) {
    crc_ = Crc(TablesOf(hash_), crc_, bytes);
  } else {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }
}

std::string Digest::Final() {
  if (!IsCrc()) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(context_.get(), digest, &length);
    return std::string(reinterpret_cast<char*>(digest), length);
  }
  return BigEndian(crc_ ^ Ones(hash_), hash_);
}

// Appending a zero byte multiplies a checksum by x^8, and the conditioning at both ends cancels out.
std::string CombineCrc(Hash hash, std::string_view first, std::string_view second, uint64_t second_bytes) {
  const uint64_t polynomial = PolynomialOf(hash);
  const uint64_t one = hash == Hash::kCrc64Nvme ? uint64_t{1} << 63 : uint64_t{1} << 31;
  uint64_t power = one, square = one >> 8;
  for (; second_bytes != 0; second_bytes >>= 1) {
    if (second_bytes & 1) power = Multiply(polynomial, one, power, square);
    square = Multiply(polynomial, one, square, square);
  }
  return BigEndian(Multiply(polynomial, one, power, BigEndian(first)) ^ BigEndian(second), hash);
}

std::string DigestOf(Hash hash, std::string_view bytes) {
  Digest digest(hash);
  digest.Update(bytes);
  return digest.Final();
}

std::string Hmac(Hash hash, std::string_view key, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(Evp(hash), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(), digest, &length);
  return std::string(reinterpret_cast<char*>(digest), length);
}

bool EqualInConstantTime(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string RandomHex(size_t bytes) {
  std::string raw(bytes, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes));
  return Hex(raw);
}

}  // namespace sandbox::s3
