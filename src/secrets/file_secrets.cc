#include "secrets/file_secrets.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace sandbox::secrets {
namespace {

constexpr size_t kNameMax = 253;
constexpr size_t kValueMax = 1 << 20;
constexpr std::string_view kEnding = ".secret";
constexpr std::string_view kKeyFile = "key";

struct Secret {
  SecretName name;
  std::string value;
};

// Group and key with their lengths in front, then the value.
std::string Pack(const SecretName& name, std::string_view value) {
  std::string out;
  for (const std::string& part : {name.group, name.key}) {
    out += static_cast<char>(part.size());
    out += part;
  }
  return out.append(value);
}

std::optional<Secret> Unpack(std::string_view text) {
  Secret out;
  for (std::string* part : {&out.name.group, &out.name.key}) {
    if (text.empty()) return std::nullopt;
    const size_t size = static_cast<unsigned char>(text.front());
    if (text.size() < 1 + size) return std::nullopt;
    *part = text.substr(1, size);
    text.remove_prefix(1 + size);
  }
  out.value = text;
  return out;
}

std::string FileName(const SecretName& name) {
  return HexDigest(Cat(name.group, std::string_view("\0", 1), name.key)).append(kEnding);
}

Status CheckName(const SecretName& name) {
  for (const auto& [what, text] : {std::pair{"group", &name.group}, std::pair{"key", &name.key}}) {
    if (text->empty()) return InvalidArgument(Cat("the ", what, " of a secret must not be empty"));
    if (text->size() > kNameMax)
      return InvalidArgument(Cat("the ", what, " of a secret has at most ", kNameMax, " characters"));
    if (text->find('/') != std::string::npos || *text == "." || *text == ".." ||
        std::ranges::any_of(*text, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
      return InvalidArgument(Cat("the ", what, " of a secret names a file in the task: no '/', no control characters"));
    }
  }
  return {};
}

std::unexpected<Error> Failed(std::string_view doing, const std::filesystem::path& path) {
  return Internal(Cat("cannot ", doing, " ", path.string(), ": ", std::strerror(errno)));
}

Result<std::optional<std::string>> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file && errno == ENOENT) return std::nullopt;
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.good() && !file.eof()) return Failed("read", path);
  return bytes;
}

// Complete or not there at all; `replace` false leaves an existing one as it is.
Status WriteFile(const std::filesystem::path& path, std::string_view bytes, bool replace) {
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (fd < 0) return Failed("write", path);
  const bool written = write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(fd) == 0;
  close(fd);
  const int placed = !written  ? -1
                     : replace ? rename(temporary.c_str(), path.c_str())
                               : link(temporary.c_str(), path.c_str());
  const int why = errno;
  if (placed != 0 || !replace) unlink(temporary.c_str());
  errno = why;
  if (placed != 0 && (replace || errno != EEXIST)) return Failed("write", path);
  return {};
}

std::unexpected<Error> Unreadable() {
  return Fail(Code::kDataLoss, "SECRET_UNREADABLE",
              "a stored secret cannot be decrypted: the key in the data directory is not the one it was stored with; "
              "set it again");
}

}  // namespace

Result<CipherKey> FileSecrets::ReadKey() const {
  const auto bytes = ReadFile(folder_ / kKeyFile);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes || (*bytes)->size() != kKeyBytes) return Unreadable();
  CipherKey key;
  std::copy((*bytes)->begin(), (*bytes)->end(), key.begin());
  return key;
}

Result<CipherKey> FileSecrets::MakeKey() const {
  std::error_code failure;
  std::filesystem::create_directories(folder_, failure);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, failure);
  const CipherKey fresh = NewKey();
  const std::string_view bytes(reinterpret_cast<const char*>(fresh.data()), fresh.size());
  if (Status written = WriteFile(folder_ / kKeyFile, bytes, false); !written)
    return std::unexpected(std::move(written.error()));
  return ReadKey();
}

Status FileSecrets::Put(const SecretName& name, std::string_view value) {
  if (Status checked = CheckName(name); !checked) return checked;
  if (value.size() > kValueMax) return InvalidArgument(Cat("a secret has at most ", kValueMax, " bytes"));
  const auto key = MakeKey();
  if (!key) return std::unexpected(key.error());
  const std::string file = FileName(name);
  return WriteFile(folder_ / file, Encrypt(*key, file, Pack(name, value)), true);
}

Status FileSecrets::Delete(const SecretName& name) {
  if (unlink((folder_ / FileName(name)).c_str()) == 0) return {};
  if (errno == ENOENT) return NotFound(Cat("there is no secret with group ", name.group, " and key ", name.key));
  return Failed("remove", folder_ / FileName(name));
}

Result<std::vector<StoredSecret>> FileSecrets::List() {
  std::vector<StoredSecret> out;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, none)) {
    const std::string file = entry.path().filename();
    if (!file.ends_with(kEnding)) continue;
    const auto key = ReadKey();
    if (!key) return std::unexpected(key.error());
    const auto bytes = ReadFile(entry.path());
    if (!bytes) return std::unexpected(bytes.error());
    if (!*bytes) continue;
    const auto text = Decrypt(*key, file, **bytes);
    const auto secret = text ? Unpack(*text) : std::nullopt;
    if (!secret) return Unreadable();
    std::error_code gone;
    const auto written = std::filesystem::last_write_time(entry.path(), gone);
    out.push_back({secret->name, gone ? Instant() : Instant(std::chrono::file_clock::to_sys(written))});
  }
  std::ranges::sort(out);
  return out;
}

Result<std::optional<std::string>> FileSecrets::Find(const SecretName& name) {
  const std::string file = FileName(name);
  const auto bytes = ReadFile(folder_ / file);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  const auto key = ReadKey();
  if (!key) return std::unexpected(key.error());
  const auto text = Decrypt(*key, file, **bytes);
  auto secret = text ? Unpack(*text) : std::nullopt;
  if (!secret) return Unreadable();
  return std::move(secret->value);
}

}  // namespace sandbox::secrets
