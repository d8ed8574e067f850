#pragma once

// The log of one pod on disk, and its last lines in memory.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace sandbox::runner {

// Thread: the loop. A file that cannot be written is logged once; the tail goes on.
class LogFile {
 public:
  LogFile(std::filesystem::path path, int64_t bytes_max);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  void Append(std::string_view bytes);

  // The log is read from its beginning again (after a restart or a cut connection): what is appended goes to a file
  // beside it, which takes the place of the old one as soon as it holds as much, or at Complete. A reader never sees
  // less than before.
  void StartAgain();
  void Complete();

  // The last lines: at most 80 and 2048 bytes.
  std::string Tail() const;
  int64_t Size() const { return size_; }

 private:
  void Open(const std::filesystem::path& path, bool truncate);
  void Write(std::string_view bytes);
  void TakePlace();
  std::filesystem::path Beside() const;

  std::filesystem::path path_;
  int64_t bytes_max_;
  int fd_ = -1;
  bool replacing_ = false;
  bool failed_ = false;
  int64_t size_ = 0;
  int64_t old_size_ = 0;
  std::string tail_;
};

}  // namespace sandbox::runner
