#include "store/read_query.h"

#include <sqlite3.h>

#include <filesystem>
#include <memory>

namespace sandbox::store {
namespace {

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

constexpr int kQueryWaitsMs = 2000;

// What a query may do. ATTACH would open other files, and VACUUM INTO, which attaches too, would write one.
int Allow(void*, int action, const char*, const char*, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    default: return SQLITE_DENY;
  }
}

std::unexpected<Error> Refused(const std::string& why) { return Fail(Code::kInvalidArgument, "BAD_VALUE", why); }
// What SQLite says of the last call; VACUUM INTO is denied only when it runs.
std::unexpected<Error> Refused(sqlite3* db) {
  const bool denied = sqlite3_errcode(db) == SQLITE_AUTH;
  return Refused(std::string(denied ? "only reading is allowed here: one SELECT" : sqlite3_errmsg(db)));
}

QueryCell CellAt(sqlite3_stmt* statement, int column) {
  const auto text = [&] {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return {};
    case SQLITE_BLOB: return {QueryCell::Kind::kBytes, Cat("<", sqlite3_column_bytes(statement, column), " bytes>")};
    case SQLITE_TEXT: return {QueryCell::Kind::kText, text()};
    default: return {QueryCell::Kind::kNumber, text()};
  }
}

}  // namespace

Result<QueryRows> ReadQuery(const std::string& file, const std::string& sql) {
  if (!std::filesystem::exists(file))
    return Fail(Code::kUnavailable, "NO_DATABASE",
                Cat("there is no database ", file, " yet; `sandbox start` makes one"));
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, Close> db(opened);
  if (code != SQLITE_OK)
    return Fail(Code::kUnavailable, "NO_DATABASE", Cat("cannot read ", file, ": ", sqlite3_errmsg(db.get())));
  sqlite3_busy_timeout(db.get(), kQueryWaitsMs);
  sqlite3_set_authorizer(db.get(), Allow, nullptr);
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v2(db.get(), sql.c_str(), -1, &prepared, &rest) != SQLITE_OK) return Refused(db.get());
  const std::unique_ptr<sqlite3_stmt, Close> statement(prepared);
  if (prepared == nullptr) return Refused("there is no query; type one SELECT");
  if (std::string(rest).find_first_not_of(" \t\r\n;") != std::string::npos) return Refused("one SELECT at a time");
  QueryRows out;
  const int columns = sqlite3_column_count(prepared);
  for (int i = 0; i < columns; ++i) out.columns.emplace_back(sqlite3_column_name(prepared, i));
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(prepared)) == SQLITE_ROW) {
    auto& row = out.rows.emplace_back();
    for (int i = 0; i < columns; ++i) row.push_back(CellAt(prepared, i));
  }
  if (step != SQLITE_DONE) return Refused(db.get());
  return out;
}

}  // namespace sandbox::store
