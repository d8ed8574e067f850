#include "store/log_space.h"

#include <string>

#include <sqlite3.h>

namespace sandbox::store {
namespace {

constexpr int64_t kFrameBytes = 4096 + 24;  // a page of the default size and its header
constexpr int64_t kStepBytes = 1 << 20;
constexpr int64_t kAheadBytes = kStepBytes / 2;
constexpr int kCheckpointFrames = 4000;

}  // namespace

sqlite3_file* LogFile(sqlite3* db) {
  sqlite3_file* file = nullptr;
  const bool found = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) == SQLITE_OK && file != nullptr && file->pMethods != nullptr;
  return found ? file : nullptr;
}

void LogSpace::Attach(sqlite3* db) {
  sqlite3_wal_hook(db, &LogSpace::OnCommit, this);
  Reserve(db, 0);
}

int LogSpace::OnCommit(void* self, sqlite3* db, const char*, int frames) {
  static_cast<LogSpace*>(self)->Reserve(db, frames);
  // What readers hold back waits for the next time, as a busy database does.
  if (frames >= kCheckpointFrames) sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return SQLITE_OK;
}

// A reserve that fails is none: the commit that needs the room reports the full disk.
void LogSpace::Reserve(sqlite3* db, int frames) {
  const int64_t used = frames * kFrameBytes;
  if (used + kAheadBytes <= length_) return;
  sqlite3_file* file = LogFile(db);
  if (file == nullptr) return;
  sqlite3_int64 length = 0;
  if (file->pMethods->xFileSize(file, &length) != SQLITE_OK) return;
  static const std::string zeros(kStepBytes, '\0');
  if (length < used + kAheadBytes && file->pMethods->xWrite(file, zeros.data(), static_cast<int>(zeros.size()), length) == SQLITE_OK) {
    length += kStepBytes;
  }
  length_ = length;
}

}  // namespace sandbox::store
