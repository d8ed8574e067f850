#include "pods/files/tar_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox/base/tar.h"

namespace sandbox::pods {
namespace {

constexpr unsigned kFileMode = 0755;

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
  const auto modified_at = std::chrono::floor<std::chrono::seconds>(modified_at_).time_since_epoch().count();
  return Write(EncodeTarHeader({std::string(path), type, size, mode, modified_at}));
}

Status TarWriter::Directory(std::string_view path, unsigned mode) { return Entry('5', Cat(path, "/"), 0, mode); }

Status TarWriter::File(std::string_view path, std::string_view bytes) {
  if (auto begun = BeginFile(path, bytes.size()); !begun) return begun;
  return Append(bytes);
}

Status TarWriter::BeginFile(std::string_view path, uint64_t size) {
  left_ = size;
  padding_ = TarPadding(size).size();
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
  if (auto ended = Write(TarEnd()); !ended) return ended;
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
