#pragma once

// What a backup has in it, and the files of the system that its two ways share.

#include <fcntl.h>
#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::app {

inline constexpr int kBackupFormat = 1;
inline constexpr size_t kBackupPieceBytes = 1 << 20;
inline constexpr std::string_view kManifest = "backup.json", kBackedDatabase = "state.db";
// Besides the database. What the data directory has of this machine and of this moment is left out: its id in Docker,
// its ports, its lock, its own log, what is half done.
inline constexpr std::string_view kBackedFolders[] = {"objects", "secrets", "logs", "builds"};
inline constexpr std::string_view kBackedFiles[] = {"config.yaml"};

// What errno says of it; a full disk is RESOURCE_EXHAUSTED. Reason DISK.
std::unexpected<Error> SystemFailure(const std::string& doing);

// An open file; never a symbolic link.
class PlainFile {
 public:
  PlainFile(const std::filesystem::path& path, int flags, mode_t mode = 0600);
  ~PlainFile();
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int Get() const { return fd_; }

  Status Write(std::string_view bytes) const;
  // Fewer bytes only at the end.
  Result<std::string> Read(size_t bytes) const;
  Status Sync() const;

 private:
  std::filesystem::path path_;
  int fd_;
};

// What is in the folder is there after a power cut.
void SyncFolder(const std::filesystem::path& folder);

}  // namespace sandbox::app
