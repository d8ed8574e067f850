// A database of an older version: it is copied, brought to ours, and a kill in the middle loses nothing.

#include <sqlite3.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "store/copy.h"
#include "store/schema.h"
#include "store/sqlite_store.h"
#include "support/temp_directory.h"

namespace sandbox::store {
namespace {

constexpr int kProjects = 200;

class Database {
 public:
  explicit Database(const std::string& path) { REQUIRE(sqlite3_open(path.c_str(), &db_) == SQLITE_OK); }
  ~Database() { sqlite3_close(db_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void Execute(const std::string& sql) {
    INFO(sql);
    REQUIRE(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  int Number(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    const int out = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return out;
  }

 private:
  sqlite3* db_ = nullptr;
};

int Newest() { return static_cast<int>(Migrations().size()); }

// As a sandbox of that version would have left it.
void MakeOld(const std::string& path, int version) {
  Database db(path);
  db.Execute("PRAGMA journal_mode = WAL; PRAGMA application_id = 1396854616");
  for (int i = 0; i < version; ++i) db.Execute("BEGIN;" + std::string(Migrations()[i]) + ";COMMIT");
  db.Execute(Cat("PRAGMA user_version = ", version));
  db.Execute("BEGIN");
  for (int i = 0; i < kProjects; ++i)
    db.Execute(Cat("INSERT INTO projects (identifier, name, description, state) VALUES ('p", i, "', 'p', '', 0)"));
  db.Execute("COMMIT");
}

void CheckWhole(const std::string& path, int version) {
  Database db(path);
  CHECK(db.Number("PRAGMA user_version") == version);
  CHECK(db.Number("SELECT COUNT(*) FROM projects") == kProjects);
}

std::vector<std::string> Copies(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    const std::string name = each.path().filename();
    if (name.starts_with("state.db.v")) out.push_back(name);
  }
  return out;
}

TEST_CASE("an older database is copied before it is migrated, and one copy is kept", "[store]") {
  testing::TempDirectory folder;
  const std::string path = folder.Path() + "/state.db";
  MakeOld(path, Newest() - 2);
  std::filesystem::copy_file(path, path + ".v1");  // of an earlier migration
  REQUIRE(SqliteStore::Open(path));
  CheckWhole(path, Newest());
  CHECK(Copies(folder.Path()) == std::vector<std::string>{Cat("state.db.v", Newest() - 2)});
  CheckWhole(Cat(path, ".v", Newest() - 2), Newest() - 2);
}

TEST_CASE("a new database and one of this version have no copy", "[store]") {
  testing::TempDirectory folder;
  const std::string path = folder.Path() + "/state.db";
  REQUIRE(SqliteStore::Open(path));
  REQUIRE(SqliteStore::Open(path));
  CHECK(Copies(folder.Path()).empty());
}

TEST_CASE("a kill at any moment of a migration loses nothing", "[store]") {
  testing::TempDirectory folder;
  const std::string original = folder.Path() + "/original.db", path = folder.Path() + "/state.db";
  MakeOld(original, 1);
  int killed = 0, ended = 0;
  for (int delay_us = 50; delay_us < 200'000 && ended < 2; delay_us += 50 + delay_us / 4) {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    REQUIRE(CopyDatabase(original, path));
    const pid_t child = fork();
    if (child == 0) {
      const itimerval end{{0, 0}, {0, delay_us}};  // nobody handles its signal: the process ends as by kill -9
      setitimer(ITIMER_REAL, &end, nullptr);
      const auto store = SqliteStore::Open(path);
      _exit(store ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) {
      ++killed;
    } else {
      CHECK(WEXITSTATUS(status) == 0);
      ++ended;
    }
    INFO("ended after " << delay_us << " us");
    REQUIRE(SqliteStore::Open(path));
    CheckWhole(path, Newest());
  }
  CHECK(killed > 5);
}

TEST_CASE("a copy is what one commit left, beside a writer", "[store]") {
  testing::TempDirectory folder;
  const std::string path = folder.Path() + "/state.db", copy = folder.Path() + "/copy.db";
  MakeOld(path, Newest());
  Database writer(path);
  writer.Execute(
      "BEGIN IMMEDIATE; INSERT INTO projects (identifier, name, description, state) VALUES ('open', 'open', '', 0)");
  REQUIRE(CopyDatabase(path, copy));
  CheckWhole(copy, Newest());
  writer.Execute("COMMIT");
  REQUIRE(CopyDatabase(path, copy));
  CHECK(Database(copy).Number("SELECT COUNT(*) FROM projects") == kProjects + 1);
  CHECK_FALSE(CopyDatabase(folder.Path() + "/none.db", copy));
  CHECK_FALSE(std::filesystem::exists(copy + ".new"));
}

}  // namespace
}  // namespace sandbox::store
