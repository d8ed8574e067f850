#include "runner/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox/base/error.h"
#include "sandbox/base/log.h"
#include "sandbox/base/text.h"

namespace sandbox::runner {
namespace {

constexpr size_t kTailBytes = 2048;
constexpr size_t kTailLines = 80;

}  // namespace

LogFile::LogFile(std::filesystem::path path, int64_t bytes_max) : path_(std::move(path)), bytes_max_(bytes_max) {
  std::error_code ignored;
  std::filesystem::create_directories(path_.parent_path(), ignored);
}

LogFile::~LogFile() {
  if (fd_ >= 0) ::close(fd_);
}

std::filesystem::path LogFile::Beside() const { return path_.string() + ".new"; }

void LogFile::Open(const std::filesystem::path& path, bool truncate) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (truncate ? O_TRUNC : 0), 0644);
  if (fd_ >= 0 || failed_) return;
  failed_ = true;
  Log(LogLevel::kError, "runner", Cat("log file ", path.string(), " cannot be opened: ", std::strerror(errno)));
}

void LogFile::Append(std::string_view bytes) {
  tail_.append(bytes);
  if (tail_.size() > 2 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
  if (fd_ < 0) Open(path_, false);
  if (size_ >= bytes_max_) return;
  const int64_t room = bytes_max_ - size_;
  size_ += static_cast<int64_t>(bytes.size());
  Write(bytes.substr(0, static_cast<size_t>(room)));
  if (size_ >= bytes_max_) Write(Cat("\n[sandbox: the log ends here, it is larger than ", bytes_max_, " bytes]\n"));
  if (replacing_ && size_ >= old_size_) TakePlace();
}

void LogFile::Write(std::string_view bytes) {
  while (fd_ >= 0 && !bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      if (!failed_)
        Log(LogLevel::kError, "runner", Cat("log file ", path_.string(), " cannot be written: ", std::strerror(errno)));
      failed_ = true;
      return;
    }
  }
}

void LogFile::StartAgain() {
  struct stat found{};
  old_size_ = ::stat(path_.c_str(), &found) == 0 ? found.st_size : 0;
  size_ = 0;
  tail_.clear();
  replacing_ = true;
  Open(Beside(), true);
}

void LogFile::TakePlace() {
  replacing_ = false;
  std::error_code failed;
  std::filesystem::rename(Beside(), path_, failed);
  if (failed)
    Log(LogLevel::kError, "runner", Cat("log file ", path_.string(), " cannot be replaced: ", failed.message()));
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
