#pragma once

// One SQLite connection and its prepared statements. Used by one thread at a time.
//
// Failure: what can go wrong while opening is an Error. After that, anything SQLite reports that we did not ask for
// (disk full, I/O error, corruption) stops the process with a message: nothing above could act on it, and state that
// cannot be written must not be acted on.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"
#include "store/log_space.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sandbox::store {

struct Blob {
  std::string_view bytes;
};

// A prepared statement in execution: bind, then Next until false. Columns are taken from left to right.
class Cursor {
 public:
  Cursor(sqlite3* db, sqlite3_stmt* statement, bool owned) : db_(db), statement_(statement), owned_(owned) {}
  Cursor(Cursor&& other) noexcept : db_(other.db_), statement_(other.statement_), owned_(other.owned_) {
    other.statement_ = nullptr;
  }
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor();

  // Texts are borrowed: they must outlive the last Next.
  void Bind(std::string_view text);
  void Bind(const std::string& text) { Bind(std::string_view(text)); }
  void Bind(const char* text) { Bind(std::string_view(text)); }
  void Bind(Blob blob);
  void Bind(int64_t value);
  void Bind(int value) { Bind(int64_t{value}); }
  void Bind(uint32_t value) { Bind(int64_t{value}); }
  void Bind(bool value) { Bind(int64_t{value}); }
  void Bind(Instant instant);  // NULL when zero
  void Bind(Duration duration) { Bind(int64_t{duration.count()}); }
  void BindNull();
  template <typename T>
  void Bind(const std::optional<T>& value) {
    value ? Bind(*value) : BindNull();
  }

  // Moves to the next row and its first column.
  bool Next();
  // Next for statements made from a client's request: SQLite's refusal is the client's error.
  Result<bool> TryNext();

  std::string Text();
  std::string_view View();  // valid until the next Next
  int64_t Integer();
  Instant Time();
  std::optional<Duration> OptionalDuration();

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  bool owned_;
  int parameter_ = 0;
  int column_ = 0;
};

class Connection {
 public:
  enum class Mode { kReadWrite, kReadOnly };
  static Result<std::unique_ptr<Connection>> Open(const std::string& path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // A cached statement; `sql` is one of a fixed set of texts. One cursor of a text at a time.
  template <typename... Args>
  Cursor Run(std::string_view sql, const Args&... args) {
    Cursor cursor = Cached(sql);
    (cursor.Bind(args), ...);
    return cursor;
  }
  // Run for statements without rows. Returns the number of rows changed.
  template <typename... Args>
  int Execute(std::string_view sql, const Args&... args) {
    Run(sql, args...).Next();
    return Changes();
  }
  // Not cached: for texts built from requests.
  Result<Cursor> Prepare(const std::string& sql);
  // Several statements in one text, for the schema.
  Status ExecuteScript(const std::string& sql);

  // Every commit up to now survives a power cut. On any thread, beside what another does with the connection.
  void Sync();
  // For the one connection that commits: the log is kept as log_space.h says, in place of SQLite's own way.
  void KeepLog();
  bool LogIsLong() const { return log_space_.IsLong(); }
  void ReserveLog() { log_space_.Reserve(); }
  // On any connection that may write.
  void MoveLog() { log_space_.Move(db_); }

  int64_t LastInsertId() const;
  int Changes() const;

 private:
  explicit Connection(sqlite3* db) : db_(db) {}
  Cursor Cached(std::string_view sql);

  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  sqlite3* db_;
  LogSpace log_space_;
  std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> statements_;
};

}  // namespace sandbox::store
