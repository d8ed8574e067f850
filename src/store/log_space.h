#pragma once

// The file of the write-ahead log. Reserve keeps it ahead of what is written to it, filled with zeros: a commit then
// writes over bytes that the file has already, and its sync need not record a new length, which halves the time of a
// small commit on file systems with a journal. SQLite takes zeros for the end of the log. Move puts the log into the
// database, so that it begins anew.
//
// Thread: that of the connection's user; no other connection may commit during Reserve. Sync may be called beside all
// of this.

#include <cstdint>

struct sqlite3;
struct sqlite3_file;

namespace sandbox::store {

class LogSpace {
 public:
  // For a connection in WAL mode, whose commits do not move the log from then on. Outlives the connection's last
  // commit.
  void Attach(sqlite3* db, int64_t page_bytes);
  // A commit has made it long enough to be moved.
  bool IsLong() const { return long_; }
  void Reserve();
  // False: the disk refused.
  bool Sync() const;
  // Moves the log as far as readers allow. Others may commit meanwhile. Takes as long as several syncs.
  void Move(sqlite3* db);

 private:
  static int OnCommit(void* self, sqlite3* db, const char* database, int frames);

  sqlite3_file* file_ = nullptr;  // the connection's; null when it has none
  int64_t frame_bytes_ = 0;
  int64_t length_ = 0;
  int64_t frames_ = 0;  // in the log after the last commit
  bool long_ = false;
};

}  // namespace sandbox::store
