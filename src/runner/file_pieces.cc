#include "runner/file_pieces.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "net/worker_offload.h"

namespace sandbox::runner {
namespace {

constexpr uint64_t kPieceBytes = 1 << 20;

std::unexpected<Error> Unreadable(const std::string& path, std::string_view why) {
  return Fail(Code::kInternal, "FILE_UNREADABLE", Cat(path, ": ", why));
}

std::unexpected<Error> Unwritable(const std::string& path) {
  return Fail(Code::kInternal, "FILE_UNWRITABLE", Cat("writing ", path, " failed: ", std::strerror(errno)));
}

Result<std::string> ReadAt(int fd, const std::string& path, uint64_t at, uint64_t bytes) {
  std::string out(bytes, '\0');
  size_t got = 0;
  while (got < out.size()) {
    const ssize_t read = ::pread(fd, out.data() + got, out.size() - got, static_cast<off_t>(at + got));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return Unreadable(path, std::strerror(errno));
    if (read == 0) return Unreadable(path, "it has become shorter while it was sent");
    got += static_cast<size_t>(read);
  }
  return out;
}

Status WriteAll(int fd, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return Unwritable(path);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

struct Opened {
  int fd = -1;
  uint64_t size = 0;
};

Result<Opened> OpenToRead(const std::string& path) {
  Opened out{::open(path.c_str(), O_RDONLY | O_CLOEXEC), 0};
  struct stat found{};
  if (out.fd < 0 || ::fstat(out.fd, &found) != 0) return Unreadable(path, std::strerror(errno));
  out.size = static_cast<uint64_t>(found.st_size);
  return out;
}

}  // namespace

boost::asio::awaitable<Result<std::shared_ptr<docker::ByteSource>>> FileSource::Open(Surroundings surroundings,
                                                                                     std::string path) {
  const auto opened = co_await net::Offload(surroundings.workers, [path] { return OpenToRead(path); });
  if (!opened) co_return std::unexpected(opened.error());
  co_return std::make_shared<FileSource>(surroundings, path, opened->fd, opened->size);
}

FileSource::~FileSource() { ::close(fd_); }

boost::asio::awaitable<Result<std::string>> FileSource::Next() {
  const uint64_t at = at_;
  const uint64_t bytes = std::min(kPieceBytes, size_ - at_);
  at_ += bytes;
  if (bytes == 0) co_return std::string();
  co_return co_await net::Offload(surroundings_.workers,
                                  [fd = fd_, path = path_, at, bytes] { return ReadAt(fd, path, at, bytes); });
}

FileSink::~FileSink() {
  if (fd_ >= 0) ::close(fd_);
}

boost::asio::awaitable<Status> FileSink::Take(std::string piece) {
  pending_ += piece;
  if (pending_.size() < kPieceBytes) co_return Status();
  co_return co_await Flush();
}

boost::asio::awaitable<Status> FileSink::Flush() {
  const auto written = co_await net::Offload(
      surroundings_.workers, [fd = fd_, path = path_, bytes = std::move(pending_)]() -> Result<int> {
        const int file =
            fd >= 0 ? fd : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file < 0) return Unwritable(path);
        if (Status put = WriteAll(file, path, bytes); !put) return std::unexpected(std::move(put.error()));
        return file;
      });
  pending_.clear();
  if (!written) co_return std::unexpected(written.error());
  fd_ = *written;
  co_return Status();
}

boost::asio::awaitable<Status> FileSink::Finish() { co_return co_await Flush(); }

}  // namespace sandbox::runner
