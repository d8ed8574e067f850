#pragma once

// Keeps the file of the write-ahead log ahead of what is written to it, filled with zeros, and moves the log into the database
// now and then. A commit then writes over bytes that the file has already: its sync need not record a new length, which halves
// the time of a small commit on most file systems. SQLite takes zeros for the end of the log.
//
// Used by the writer's thread.

#include <cstdint>

struct sqlite3;
struct sqlite3_file;

namespace sandbox::store {

// Null when there is none, as in a database that lives in memory.
sqlite3_file* LogFile(sqlite3* db);

class LogSpace {
 public:
  // For a connection in WAL mode; replaces SQLite's own checkpoint at commits. Outlives the connection's last commit.
  void Attach(sqlite3* db);

 private:
  static int OnCommit(void* self, sqlite3* db, const char* database, int frames);
  void Reserve(sqlite3* db, int frames);

  int64_t length_ = 0;
};

}  // namespace sandbox::store
