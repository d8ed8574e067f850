#include "objects/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sandbox::objects {

Fd::~Fd() {
  if (fd_ >= 0) close(fd_);
}

namespace {

Code CodeOf(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT: return Code::kResourceExhausted;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
    case EBUSY:
    case EIO:
    case ESTALE:
    case ETIMEDOUT: return Code::kUnavailable;
    default: return Code::kInternal;
  }
}

}  // namespace

std::unexpected<Error> DiskError(std::string_view what, int error) {
  const Code code = CodeOf(error);
  return Fail(code, code == Code::kResourceExhausted ? "DISK_FULL" : "DISK", Cat(what, ": ", std::strerror(error)));
}

Status WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return DiskError("write of an object", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<std::string> ReadAt(int fd, uint64_t offset, size_t length) {
  std::string bytes;
  bytes.resize(length);
  size_t filled = 0;
  while (filled < length) {
    const ssize_t got = pread(fd, bytes.data() + filled, length - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return DiskError("read of an object", errno);
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

Status CopyRange(int from, uint64_t offset, uint64_t length, int to) {
  off_t position = static_cast<off_t>(offset);
  bool in_kernel = true;
  while (length > 0) {
    if (in_kernel) {
      const ssize_t copied =
          copy_file_range(from, &position, to, nullptr, static_cast<size_t>(std::min<uint64_t>(length, 1u << 30)), 0);
      if (copied > 0) {
        length -= static_cast<uint64_t>(copied);
        continue;
      }
      if (copied < 0 && errno == EINTR) continue;
      if (copied < 0 && errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return DiskError("copy of an object", errno);
      in_kernel = false;
    }
    auto bytes =
        ReadAt(from, static_cast<uint64_t>(position), static_cast<size_t>(std::min<uint64_t>(length, 1u << 20)));
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    if (bytes->empty()) return DiskError("copy of an object that is too short", EIO);
    if (auto written = WriteAll(to, *bytes); !written) return written;
    position += static_cast<off_t>(bytes->size());
    length -= bytes->size();
  }
  return {};
}

Status MakeDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return DiskError(Cat("create directory ", path), errno);
  return {};
}

Status DirectorySync::Sync() {
  std::unique_lock lock(mutex_);
  const uint64_t needed = begun_ + 1;  // the running one, if any, may have missed the caller's rename
  while (ended_ < needed) {
    if (begun_ != ended_) {
      done_.wait(lock);
      continue;
    }
    ++begun_;
    lock.unlock();
    Fd directory(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const int error = !directory || fsync(directory.Get()) != 0 ? errno : 0;
    lock.lock();
    ended_ = begun_;
    error_ = error;
    done_.notify_all();
  }
  if (error_ != 0) return DiskError(Cat("fsync of ", path_), error_);
  return {};
}

}  // namespace sandbox::objects
