#pragma once

// Authenticated encryption: AES-256-GCM with a random nonce for every text. Any thread.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::secrets {

inline constexpr size_t kKeyBytes = 32;
using CipherKey = std::array<unsigned char, kKeyBytes>;

CipherKey NewKey();
// Format, nonce, tag, ciphertext. `context` is not stored; Decrypt needs the same.
std::string Encrypt(const CipherKey& key, std::string_view context, std::string_view text);
// Nullopt when the bytes were changed, or belong to another key or context.
std::optional<std::string> Decrypt(const CipherKey& key, std::string_view context, std::string_view bytes);
// SHA-256 as hexadecimal digits.
std::string HexDigest(std::string_view text);

}  // namespace sandbox::secrets
