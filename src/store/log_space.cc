#include "store/log_space.h"

#include <sqlite3.h>

#include <string>
#include <utility>

namespace sandbox::store {
namespace {

constexpr int64_t kFrameHeaderBytes = 24;
constexpr int64_t kStepBytes = 1 << 20;
constexpr int kPieceBytes = 1 << 16;  // SQLite's files take less than 128 KiB at a time
constexpr int64_t kAheadBytes = kStepBytes / 2;
constexpr int64_t kCheckpointBytes = 32 << 20;

// Null when there is none, as in a database that lives in memory.
sqlite3_file* LogFile(sqlite3* db) {
  sqlite3_file* file = nullptr;
  const bool found = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) == SQLITE_OK &&
                     file != nullptr && file->pMethods != nullptr;
  return found ? file : nullptr;
}

}  // namespace

void LogSpace::Attach(sqlite3* db, int64_t page_bytes) {
  file_ = LogFile(db);
  frame_bytes_ = page_bytes + kFrameHeaderBytes;
  sqlite3_wal_hook(db, &LogSpace::OnCommit, this);
  Reserve();
}

bool LogSpace::Sync() const {
  return file_ == nullptr || file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

int LogSpace::OnCommit(void* self, sqlite3*, const char*, int frames) {
  auto& log = *static_cast<LogSpace*>(self);
  log.frames_ = frames;
  log.long_ = frames * log.frame_bytes_ >= kCheckpointBytes;
  return SQLITE_OK;
}

// What readers hold back waits for the next commit, as a busy database does.
void LogSpace::Move(sqlite3* db) {
  long_ = false;
  sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

// A reserve that fails is none: the commit that needs the room reports the full disk.
void LogSpace::Reserve() {
  const int64_t wanted = frames_ * frame_bytes_ + kAheadBytes;
  if (wanted <= length_) return;
  sqlite3_int64 length = 0;
  if (file_ == nullptr || file_->pMethods->xFileSize(file_, &length) != SQLITE_OK) return;
  static const std::string zeros(kPieceBytes, '\0');
  const int64_t goal = length < wanted ? length + kStepBytes : length;
  while (length < goal && file_->pMethods->xWrite(file_, zeros.data(), kPieceBytes, length) == SQLITE_OK)
    length += kPieceBytes;
  length_ = length;
}

}  // namespace sandbox::store
