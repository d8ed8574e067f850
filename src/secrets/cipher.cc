#include "secrets/cipher.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

#include "sandbox/base/check.h"
#include "sandbox/base/encoding.h"

namespace sandbox::secrets {
namespace {

constexpr std::string_view kFormat = "SBS1";
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
constexpr size_t kHeadBytes = kFormat.size() + kNonceBytes + kTagBytes;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void Random(unsigned char* out, size_t size) {
  SANDBOX_CHECK(RAND_bytes(out, static_cast<int>(size)) == 1, "the kernel gives no random bytes");
}

void Must(int done) { SANDBOX_CHECK(done == 1, "OpenSSL refuses AES-256-GCM"); }

}  // namespace

CipherKey NewKey() {
  CipherKey key;
  Random(key.data(), key.size());
  return key;
}

std::string Encrypt(const CipherKey& key, std::string_view context, std::string_view text) {
  std::string out(kHeadBytes + text.size(), '\0');
  kFormat.copy(out.data(), kFormat.size());
  unsigned char* nonce = Bytes(out) + kFormat.size();
  Random(nonce, kNonceBytes);
  const Context cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  Must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce));
  Must(EVP_EncryptUpdate(cipher.get(), nullptr, &size, Bytes(context), static_cast<int>(context.size())));
  Must(EVP_EncryptUpdate(cipher.get(), Bytes(out) + kHeadBytes, &size, Bytes(text), static_cast<int>(text.size())));
  Must(EVP_EncryptFinal_ex(cipher.get(), Bytes(out) + kHeadBytes + size, &size));
  Must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, nonce + kNonceBytes));
  return out;
}

std::optional<std::string> Decrypt(const CipherKey& key, std::string_view context, std::string_view bytes) {
  if (bytes.size() < kHeadBytes || !bytes.starts_with(kFormat)) return std::nullopt;
  std::string tag(bytes.substr(kFormat.size() + kNonceBytes, kTagBytes));
  const std::string_view text = bytes.substr(kHeadBytes);
  std::string out(text.size(), '\0');
  const Context cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  Must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), Bytes(bytes) + kFormat.size()));
  Must(EVP_DecryptUpdate(cipher.get(), nullptr, &size, Bytes(context), static_cast<int>(context.size())));
  Must(EVP_DecryptUpdate(cipher.get(), Bytes(out), &size, Bytes(text), static_cast<int>(text.size())));
  Must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
  if (EVP_DecryptFinal_ex(cipher.get(), Bytes(out) + size, &size) != 1) return std::nullopt;
  return out;
}

std::string HexDigest(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  Must(EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr));
  return Hex({reinterpret_cast<const char*>(digest), size});
}

}  // namespace sandbox::secrets
