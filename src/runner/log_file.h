#pragma once

// The log of one pod on disk, its index, and its last lines in memory.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "docker/frames.h"
#include "sandbox/base/time.h"
#include "sandbox/model/pod_files.h"

namespace sandbox::runner {

// Thread: the loop; each Append is one write to the log and at times one to the index. A file that cannot be written is
// logged once; the tail goes on.
class LogFile {
 public:
  LogFile(std::filesystem::path path, int64_t bytes_max, bool indexed = true);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  void Append(const docker::LogPiece& piece, Instant now);

  // The log is read from its beginning again (after a restart or a cut connection): what is appended goes to files
  // beside the old ones, which take their places as soon as the log holds as much, or at Complete. A reader never sees
  // less than before. What was there before keeps its times.
  void StartAgain();
  void Complete();

  // The last lines: at most 80 and 2048 bytes.
  std::string Tail() const;
  int64_t Size() const { return size_; }
  // As far as it is in the file that readers see.
  uint64_t Bytes() const { return replacing_ ? static_cast<uint64_t>(old_size_) : indexer_.Bytes(); }
  uint64_t Lines() const { return replacing_ ? old_lines_ : indexer_.Lines(); }

 private:
  // One of the two files.
  struct File {
    std::filesystem::path path;
    int fd = -1;
    std::filesystem::path Beside() const { return path.string() + ".new"; }
  };
  void Open(File& file, const std::filesystem::path& path, bool truncate);
  void Write(File& file, std::string_view bytes);
  void Index(const docker::LogPiece& piece, size_t bytes, Instant now);
  uint64_t TimeAt(uint64_t offset, Instant now);
  void TakePlace();
  static void TakePlace(const File& file);

  File log_, index_;
  const int64_t bytes_max_;
  const bool indexed_;
  bool replacing_ = false;
  bool failed_ = false;
  int64_t size_ = 0;
  int64_t old_size_ = 0;
  uint64_t old_lines_ = 0;
  std::vector<model::LogIndexRecord> old_index_;
  size_t old_at_ = 0;
  model::LogIndexer indexer_;
  std::string tail_;
};

}  // namespace sandbox::runner
