#include "pods/files/tar_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sandbox::pods {
namespace {

constexpr size_t kTarBlock = 512;
constexpr size_t kNameMax = 100;
constexpr uint64_t kOctalSizeMax = 077777777777;
constexpr unsigned kFileMode = 0755;

std::string Octal(uint64_t value, size_t digits) {
  std::string out(digits, '0');
  for (size_t i = digits; i-- > 0 && value > 0; value >>= 3) out[i] = static_cast<char>('0' + (value & 7));
  return out;
}

// "27 path=some/long/name\n", where the number counts itself.
std::string PaxRecord(std::string_view key, std::string_view value) {
  const size_t rest = key.size() + value.size() + 3;
  size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) length = std::to_string(length).size() + rest;
  return Cat(length, " ", key, "=", value, "\n");
}

std::string Header(char type, std::string_view name, uint64_t size, unsigned mode, uint64_t modified_at) {
  std::string out(kTarBlock, '\0');
  const auto put = [&out](size_t at, std::string_view text) { out.replace(at, text.size(), text); };
  put(0, name.substr(0, kNameMax));
  put(100, Octal(mode, 7));
  put(108, Octal(0, 7));
  put(116, Octal(0, 7));
  put(124, Octal(size > kOctalSizeMax ? 0 : size, 11));
  put(136, Octal(modified_at, 11));
  put(148, "        ");
  out[156] = type;
  put(257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : out) sum += static_cast<unsigned char>(c);
  put(148, Octal(sum, 6) + std::string("\0 ", 2));
  return out;
}

std::string Padding(uint64_t size) { return std::string((kTarBlock - size % kTarBlock) % kTarBlock, '\0'); }

}  // namespace

TarWriter::~TarWriter() {
  if (fd_ >= 0) ::close(fd_);
}

Status TarWriter::Open(const std::filesystem::path& archive) {
  std::error_code ignored;
  std::filesystem::create_directories(archive.parent_path(), ignored);
  fd_ = ::open(archive.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd_ < 0) return Internal(Cat("creating ", archive.string(), ": ", std::strerror(errno)));
  return {};
}

Status TarWriter::Entry(char type, std::string_view path, uint64_t size, unsigned mode) {
  const auto modified_at =
      static_cast<uint64_t>(std::chrono::floor<std::chrono::seconds>(modified_at_).time_since_epoch().count());
  std::string records;
  if (path.size() > kNameMax) records += PaxRecord("path", path);
  if (size > kOctalSizeMax) records += PaxRecord("size", std::to_string(size));
  std::string bytes;
  if (!records.empty())
    bytes = Header('x', "PaxHeaders/entry", records.size(), 0644, modified_at) + records + Padding(records.size());
  bytes += Header(type, path, size, mode, modified_at);
  return Write(bytes);
}

Status TarWriter::Directory(std::string_view path, unsigned mode) { return Entry('5', Cat(path, "/"), 0, mode); }

Status TarWriter::File(std::string_view path, std::string_view bytes) {
  if (auto begun = BeginFile(path, bytes.size()); !begun) return begun;
  return Append(bytes);
}

Status TarWriter::BeginFile(std::string_view path, uint64_t size) {
  left_ = size;
  padding_ = Padding(size).size();
  return Entry('0', path, size, kFileMode);
}

Status TarWriter::Append(std::string_view bytes) {
  if (bytes.size() > left_) return Internal("more bytes than the entry has");
  left_ -= bytes.size();
  if (auto written = Write(bytes); !written || left_ > 0) return written;
  const std::string padding(padding_, '\0');
  padding_ = 0;
  return Write(padding);
}

Status TarWriter::Finish() {
  if (auto ended = Write(std::string(2 * kTarBlock, '\0')); !ended) return ended;
  const int closed = ::close(fd_);
  fd_ = -1;
  if (closed != 0) return Internal(Cat("writing an archive: ", std::strerror(errno)));
  return {};
}

Status TarWriter::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == ENOSPC)
      return Fail(Code::kResourceExhausted, "DISK_FULL", "no space left on the disk for the input files");
    if (put < 0) return Internal(Cat("writing an archive: ", std::strerror(errno)));
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

}  // namespace sandbox::pods
