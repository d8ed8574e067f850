#include "store/copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

namespace sandbox::store {
namespace {

namespace fs = std::filesystem;

constexpr int kCopyWaitsMs = 10'000;

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

std::unexpected<Error> CannotCopy(const std::string& from, const std::string& why) {
  return Fail(Code::kUnavailable, "COPY_FAILED", Cat("cannot copy ", from, ": ", why));
}

Database OpenFile(const std::string& path, int flags) {
  sqlite3* db = nullptr;
  sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  sqlite3_busy_timeout(db, kCopyWaitsMs);
  return Database(db);
}

Status CopyPages(const std::string& from, const std::string& to) {
  const Database source = OpenFile(from, SQLITE_OPEN_READONLY);
  const Database target = OpenFile(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3_backup* backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
  if (backup == nullptr) return CannotCopy(from, sqlite3_errmsg(target.get()));
  sqlite3_backup_step(backup, -1);  // in one snapshot
  if (sqlite3_backup_finish(backup) != SQLITE_OK) return CannotCopy(from, sqlite3_errmsg(target.get()));
  return {};
}

// A file, or a folder's list of names.
bool SyncPath(const fs::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return synced;
}

}  // namespace

Status CopyDatabase(const std::string& from, const std::string& to) {
  const std::string unfinished = to + ".new";
  std::error_code failure;
  fs::remove(unfinished, failure);
  if (Status copied = CopyPages(from, unfinished); !copied) {
    fs::remove(unfinished, failure);
    return copied;
  }
  if (!SyncPath(unfinished)) return CannotCopy(from, std::strerror(errno));
  fs::rename(unfinished, to, failure);
  if (failure) return CannotCopy(from, failure.message());
  if (!SyncPath(fs::absolute(to).parent_path())) return CannotCopy(from, std::strerror(errno));
  return {};
}

}  // namespace sandbox::store
