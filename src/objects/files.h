#pragma once

// The few system calls of the object files, with errors as values. Any thread.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::objects {

// The open file, closed when dropped.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();
  int Get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// `what` with the text of errno. A full disk or quota is RESOURCE_EXHAUSTED, reason DISK_FULL; what may go away by
// itself (no file descriptor or memory left, a device that does not answer or failed once) UNAVAILABLE, reason DISK;
// the rest INTERNAL, reason DISK.
std::unexpected<Error> DiskError(std::string_view what, int error);

Status WriteAll(int fd, std::string_view bytes);
// Up to `length` bytes at `offset`; short only at the end of the file.
Result<std::string> ReadAt(int fd, uint64_t offset, size_t length);
// Inside the kernel where the file system can.
Status CopyRange(int from, uint64_t offset, uint64_t length, int to);
Status MakeDirectory(const std::string& path);

// fsync of one directory, shared by all writers that renamed into it before it began.
class DirectorySync {
 public:
  explicit DirectorySync(std::string path) : path_(std::move(path)) {}
  // Returns when an fsync that began after this call has ended.
  Status Sync();

 private:
  std::string path_;
  std::mutex mutex_;
  std::condition_variable done_;
  uint64_t begun_ = 0;  // number of the fsync that was begun last
  uint64_t ended_ = 0;  // number of the fsync that ended last
  int error_ = 0;       // errno of that one
};

}  // namespace sandbox::objects
