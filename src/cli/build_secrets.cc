#include "cli/build_secrets.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace sandbox::cli {
namespace {

constexpr uintmax_t kSecretBytesMax = 500 * 1024;  // BuildKit's own

struct SecretWords {
  std::string id, type, file, variable;
};

std::unexpected<Error> Bad(const std::string& word, std::string_view what) {
  return Fail(Code::kInvalidArgument, "BAD_VALUE", Cat("--secret ", word, ": ", what));
}

Result<SecretWords> Split(const std::string& word) {
  SecretWords out;
  for (size_t at = 0; at <= word.size();) {
    const size_t end = std::min(word.find(',', at), word.size()), equals = word.find('=', at);
    const std::string key = word.substr(at, std::min(equals, end) - at);
    const std::string value = equals < end ? word.substr(equals + 1, end - equals - 1) : "";
    at = end + 1;
    if (key == "id") {
      out.id = value;
    } else if (key == "src" || key == "source") {
      out.file = value;
    } else if (key == "env") {
      out.variable = value;
    } else if (key == "type" && (value == "file" || value == "env")) {
      out.type = value;
    } else {
      return Bad(word, Cat("\"", key, "\" is not known; it is id=NAME,src=FILE or id=NAME,env=VARIABLE"));
    }
  }
  if (out.id.empty()) return Bad(word, "id=NAME is missing, which RUN --mount=type=secret,id=NAME asks for");
  if (out.type == "env" && out.variable.empty()) std::swap(out.file, out.variable);
  if (!out.file.empty() && !out.variable.empty()) return Bad(word, "it is either src=FILE or env=VARIABLE");
  return out;
}

Result<std::string> ReadFile(const std::string& word, const std::string& file, bool meant) {
  std::error_code failed;
  const uintmax_t size = std::filesystem::file_size(file, failed);
  if (failed && !meant)
    return Bad(word, Cat("there is neither a variable ", file, " nor a file ", file, "; add src=FILE or env=VARIABLE"));
  std::ifstream in(file, std::ios::binary);
  if (failed || !in) return Bad(word, Cat("there is no file ", file, " that can be read"));
  if (size > kSecretBytesMax)
    return Bad(word, Cat(file, " has ", size, " bytes; BuildKit takes at most ", kSecretBytesMax));
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

Result<std::string> ReadValue(const std::string& word, const SecretWords& secret) {
  if (!secret.file.empty()) return ReadFile(word, secret.file, true);
  const std::string& variable = secret.variable.empty() ? secret.id : secret.variable;
  const char* value = std::getenv(variable.c_str());
  if (secret.variable.empty() && (value == nullptr || secret.type == "file")) return ReadFile(word, secret.id, false);
  if (value == nullptr) return Bad(word, Cat("there is no variable ", variable, " in the environment"));
  return value;
}

}  // namespace

Result<std::map<std::string, std::string>> ReadSecrets(const std::vector<std::string>& words) {
  std::map<std::string, std::string> out;
  for (const std::string& word : words) {
    const auto secret = Split(word);
    if (!secret) return std::unexpected(secret.error());
    auto value = ReadValue(word, *secret);
    if (!value) return std::unexpected(std::move(value.error()));
    out[secret->id] = std::move(*value);
  }
  return out;
}

}  // namespace sandbox::cli
