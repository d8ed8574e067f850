#include "registry/compiler/sha256.h"

#include <openssl/evp.h>

#include <memory>

#include "sandbox/base/check.h"

namespace sandbox::registry {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

Sha256Digest TaggedSha256(char tag, std::string_view body) {
  // Fetching the algorithm for every digest would cost more than the digest itself.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  Sha256Digest digest;
  const bool done = EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), &tag, 1) == 1 &&
                    EVP_DigestUpdate(context.get(), body.data(), body.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  SANDBOX_CHECK(done, "SHA-256 is not available");
  return digest;
}

}  // namespace sandbox::registry
