#include "app/backup_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sandbox::app {

std::unexpected<Error> SystemFailure(const std::string& doing) {
  const int error = errno;
  return Fail(error == ENOSPC || error == EDQUOT ? Code::kResourceExhausted : Code::kUnavailable, "DISK",
              Cat(doing, ": ", std::strerror(error)));
}

PlainFile::PlainFile(const std::filesystem::path& path, int flags, mode_t mode)
    : path_(path), fd_(open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode)) {}

PlainFile::~PlainFile() {
  if (fd_ >= 0) close(fd_);
}

Status PlainFile::Write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemFailure(Cat("cannot write ", path_.string()));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<std::string> PlainFile::Read(size_t bytes) const {
  std::string out(bytes, '\0');
  size_t have = 0;
  while (have < bytes) {
    const ssize_t got = read(fd_, out.data() + have, bytes - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemFailure(Cat("cannot read ", path_.string()));
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  out.resize(have);
  return out;
}

Status PlainFile::Sync() const {
  return fsync(fd_) == 0 ? Status() : SystemFailure(Cat("cannot sync ", path_.string()));
}

void SyncFolder(const std::filesystem::path& folder) {
  const PlainFile opened(folder, O_RDONLY | O_DIRECTORY);
  if (opened) fsync(opened.Get());
}

}  // namespace sandbox::app
