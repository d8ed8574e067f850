#include "store/connection.h"

#include <sqlite3.h>

#include "sandbox/base/check.h"

namespace sandbox::store {
namespace {

constexpr int kBusyTimeoutMs = 10'000;
// Of small allocations: SQLite's default sends what a commit needs to malloc.
constexpr int kLookasideBytes = 4400, kLookasideSlots = 100;

[[noreturn]] void Stop(sqlite3* db) {
  StopProcess("store",
              Cat("the database failed: ", sqlite3_errmsg(db), " (SQLite code ", sqlite3_extended_errcode(db), ")"));
}

void Expect(sqlite3* db, int code) {
  if (code != SQLITE_OK) Stop(db);
}

Error OpenError(const std::string& path, sqlite3* db) {
  const int code = sqlite3_errcode(db) & 0xff;
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
    return Error{Code::kFailedPrecondition,
                 "STATE_UNREADABLE",
                 Cat(path, " is not a database of ours: ", sqlite3_errmsg(db)),
                 SideEffect::kNone,
                 {}};
  }
  return Error{Code::kUnavailable,
               "STATE_UNAVAILABLE",
               Cat("cannot open ", path, ": ", sqlite3_errmsg(db)),
               SideEffect::kNone,
               {}};
}

}  // namespace

Cursor::~Cursor() {
  if (statement_ == nullptr) return;
  if (owned_) {
    sqlite3_finalize(statement_);
  } else {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
}

void Cursor::Bind(std::string_view text) {
  // An empty view may have no data, which SQLite would take for NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  Expect(db_, sqlite3_bind_text64(statement_, ++parameter_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Cursor::Bind(Blob blob) {
  if (blob.bytes.empty()) return BindNull();
  Expect(db_, sqlite3_bind_blob64(statement_, ++parameter_, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC));
}

void Cursor::Bind(int64_t value) { Expect(db_, sqlite3_bind_int64(statement_, ++parameter_, value)); }

void Cursor::Bind(Instant instant) {
  if (instant == Instant{}) return BindNull();
  Bind(int64_t{instant.time_since_epoch().count()});
}

void Cursor::BindNull() { Expect(db_, sqlite3_bind_null(statement_, ++parameter_)); }

bool Cursor::Next() {
  const int code = sqlite3_step(statement_);
  column_ = 0;
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) Stop(db_);
  return false;
}

Result<bool> Cursor::TryNext() {
  const int code = sqlite3_step(statement_);
  column_ = 0;
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  if (code == SQLITE_ERROR || code == SQLITE_TOOBIG)
    return InvalidArgument(Cat("invalid value for filters: ", sqlite3_errmsg(db_)));
  Stop(db_);
}

std::string Cursor::Text() { return std::string(View()); }

std::string_view Cursor::View() {
  const int column = column_++;
  SANDBOX_CHECK(column < sqlite3_data_count(statement_), "a record reads more columns than its query has");
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

int64_t Cursor::Integer() {
  SANDBOX_CHECK(column_ < sqlite3_data_count(statement_), "a record reads more columns than its query has");
  return sqlite3_column_int64(statement_, column_++);
}

Instant Cursor::Time() { return Instant(Duration(Integer())); }

std::optional<Duration> Cursor::OptionalDuration() {
  if (sqlite3_column_type(statement_, column_) == SQLITE_NULL) {
    ++column_;
    return std::nullopt;
  }
  return Duration(Integer());
}

Result<std::unique_ptr<Connection>> Connection::Open(const std::string& path, Mode mode) {
  const int access = mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  // Nobody asks how much memory SQLite uses, and counting it takes a lock for each allocation. Once, before SQLite is
  // used.
  static const int configured [[maybe_unused]] = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db, access | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Connection> connection(new Connection(db));
  if (code != SQLITE_OK) return std::unexpected(OpenError(path, db));
  if (mode == Mode::kReadWrite)
    sqlite3_db_config(db, SQLITE_DBCONFIG_LOOKASIDE, nullptr, kLookasideBytes, kLookasideSlots);
  sqlite3_busy_timeout(db, kBusyTimeoutMs);
  // The first statement that reads the file finds out whether it is a database.
  const char* pragmas =
      mode == Mode::kReadOnly
          ? "PRAGMA query_only = ON; PRAGMA case_sensitive_like = ON; PRAGMA user_version;"
          : "PRAGMA user_version; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
            "PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA case_sensitive_like = ON;";
  if (sqlite3_exec(db, pragmas, nullptr, nullptr, nullptr) != SQLITE_OK) return std::unexpected(OpenError(path, db));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

Cursor Connection::Cached(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    // It would start again from its first row, under the eyes of who reads it.
    SANDBOX_CHECK(sqlite3_stmt_busy(found->second) == 0, Cat("two cursors of one text at a time: ", sql));
    return Cursor(db_, found->second, false);
  }
  sqlite3_stmt* statement = nullptr;
  Expect(db_, sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                                 nullptr));
  statements_.emplace(sql, statement);
  return Cursor(db_, statement, false);
}

Result<Cursor> Connection::Prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK) {
    return InvalidArgument(Cat("invalid value for filters: ", sqlite3_errmsg(db_)));
  }
  return Cursor(db_, statement, true);
}

Status Connection::ExecuteScript(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return Internal(Cat("database script failed: ", sqlite3_errmsg(db_)));
}

void Connection::KeepLog() {
  Cursor page = Run("PRAGMA page_size");
  page.Next();
  log_space_.Attach(db_, page.Integer());
}

void Connection::Sync() {
  if (!log_space_.Sync()) Stop(db_);
}

int64_t Connection::LastInsertId() const { return sqlite3_last_insert_rowid(db_); }

int Connection::Changes() const { return sqlite3_changes(db_); }

}  // namespace sandbox::store
