#include "runner/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sandbox/base/error.h"
#include "sandbox/base/log.h"
#include "sandbox/base/text.h"

namespace sandbox::runner {
namespace {

constexpr size_t kTailBytes = 2048;
constexpr size_t kTailLines = 80;
constexpr size_t kOldIndexBytesMax = 4 << 20;

std::string ReadWhole(const std::filesystem::path& path, size_t bytes_max) {
  std::string out;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return out;
  struct stat found{};
  if (::fstat(fd, &found) == 0) out.resize(std::min(bytes_max, static_cast<size_t>(found.st_size)));
  const ssize_t got = ::pread(fd, out.data(), out.size(), 0);
  ::close(fd);
  out.resize(got < 0 ? 0 : static_cast<size_t>(got));
  return out;
}

}  // namespace

LogFile::LogFile(std::filesystem::path path, int64_t bytes_max, bool indexed)
    : bytes_max_(bytes_max), indexed_(indexed) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  index_.path = path;
  index_.path.replace_extension(".idx");
  log_.path = std::move(path);
}

LogFile::~LogFile() {
  for (const int fd : {log_.fd, index_.fd}) {
    if (fd >= 0) ::close(fd);
  }
}

void LogFile::Open(File& file, const std::filesystem::path& path, bool truncate) {
  if (file.fd >= 0) ::close(file.fd);
  file.fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (truncate ? O_TRUNC : 0), 0644);
  if (file.fd >= 0 || failed_) return;
  failed_ = true;
  Log(LogLevel::kError, "runner", Cat("log file ", path.string(), " cannot be opened: ", std::strerror(errno)));
}

void LogFile::Append(const docker::LogPiece& piece, Instant now) {
  tail_.append(piece.bytes);
  if (tail_.size() > 2 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
  if (log_.fd < 0) Open(log_, log_.path, false);
  if (size_ >= bytes_max_) return;
  const auto room = std::min<size_t>(piece.bytes.size(), static_cast<size_t>(bytes_max_ - size_));
  size_ += static_cast<int64_t>(piece.bytes.size());
  Write(log_, std::string_view(piece.bytes).substr(0, room));
  Index(piece, room, now);
  if (size_ >= bytes_max_) {
    const docker::LogPiece end{Cat("\n[sandbox: the log ends here, it is larger than ", bytes_max_, " bytes]\n"), {}};
    Write(log_, end.bytes);
    Index(end, end.bytes.size(), now);
  }
  if (replacing_ && size_ >= old_size_) TakePlace();
}

// `bytes` of the piece were written.
void LogFile::Index(const docker::LogPiece& piece, size_t bytes, Instant now) {
  std::string records;
  std::string_view left = std::string_view(piece.bytes).substr(0, bytes);
  const auto add = [&](std::string_view run, bool is_stderr) {
    if (!run.empty()) indexer_.Add(run, is_stderr, TimeAt(indexer_.Bytes(), now), records);
  };
  for (const docker::LogPiece::Run& run : piece.runs) {
    add(left.substr(0, run.bytes), run.is_stderr);
    left.remove_prefix(std::min(run.bytes, left.size()));
  }
  add(left, false);
  if (records.empty() || !indexed_) return;
  if (index_.fd < 0) Open(index_, index_.path, false);
  Write(index_, records);
}

uint64_t LogFile::TimeAt(uint64_t offset, Instant now) {
  if (offset >= static_cast<uint64_t>(old_size_))
    return static_cast<uint64_t>(std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count());
  while (old_at_ + 1 < old_index_.size() && old_index_[old_at_ + 1].offset <= offset) ++old_at_;
  return old_at_ < old_index_.size() ? old_index_[old_at_].time_ms : 0;
}

void LogFile::Write(File& file, std::string_view bytes) {
  while (file.fd >= 0 && !bytes.empty()) {
    const ssize_t written = ::write(file.fd, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      if (!failed_)
        Log(LogLevel::kError, "runner",
            Cat("log file ", file.path.string(), " cannot be written: ", std::strerror(errno)));
      failed_ = true;
      return;
    }
  }
}

void LogFile::StartAgain() {
  struct stat found{};
  old_size_ = ::stat(log_.path.c_str(), &found) == 0 ? found.st_size : 0;
  old_index_ = model::DecodeLogIndex(ReadWhole(index_.path, kOldIndexBytesMax));
  old_lines_ = old_index_.empty() ? 0 : old_index_.back().line;
  old_at_ = 0;
  size_ = 0;
  indexer_ = model::LogIndexer();
  tail_.clear();
  replacing_ = true;
  Open(log_, log_.Beside(), true);
  if (indexed_) Open(index_, index_.Beside(), true);
}

void LogFile::TakePlace() {
  replacing_ = false;
  old_index_.clear();
  TakePlace(log_);
  if (indexed_) TakePlace(index_);
}

void LogFile::TakePlace(const File& file) {
  std::error_code failed;
  std::filesystem::rename(file.Beside(), file.path, failed);
  if (failed)
    Log(LogLevel::kError, "runner", Cat("log file ", file.path.string(), " cannot be replaced: ", failed.message()));
}

void LogFile::Complete() {
  if (replacing_) TakePlace();
}

std::string LogFile::Tail() const {
  std::string_view text = tail_;
  size_t lines = 0;
  for (size_t at = text.size(); at-- > 0;) {
    // The newline that ends the text ends its last line and starts none.
    if (text[at] != '\n' || at + 1 == text.size()) continue;
    if (++lines == kTailLines) {
      text.remove_prefix(at + 1);
      break;
    }
  }
  if (text.size() > kTailBytes) text.remove_prefix(text.size() - kTailBytes);
  return ValidUtf8(text);
}

}  // namespace sandbox::runner
