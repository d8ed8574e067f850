#include "store/write_group.h"

#include <filesystem>

#include "sandbox/base/check.h"
#include "sandbox/base/log.h"
#include "store/copy.h"
#include "store/schema.h"

namespace sandbox::store {
namespace {

constexpr int64_t kApplicationId = 0x53424f58;  // "SBOX"

int64_t ReadInteger(Connection& db, std::string_view sql) {
  auto row = db.Run(sql);
  return row.Next() ? row.Integer() : 0;
}

Status CheckOurs(Connection& db, const std::string& path) {
  if (ReadInteger(db, "PRAGMA application_id") == kApplicationId ||
      ReadInteger(db, "SELECT COUNT(*) FROM sqlite_schema") == 0)
    return {};
  return Fail(Code::kFailedPrecondition, "STATE_UNREADABLE", Cat(path, " is a database of another program"));
}

// PATH.v6 is the database as version 6 left it. One is kept, the last.
Status KeepCopy(const std::string& path, size_t version) {
  const std::filesystem::path copy = Cat(path, ".v", version);
  if (Status copied = CopyDatabase(path, copy); !copied) return copied;
  std::error_code ignored;
  for (std::filesystem::directory_iterator each(copy.parent_path(), ignored), end; !ignored && each != end;
       each.increment(ignored)) {
    const std::string name = each->path().filename();
    const std::string prefix = std::filesystem::path(path).filename().string() + ".v";
    std::error_code gone;
    if (name.starts_with(prefix) && name != copy.filename()) std::filesystem::remove(each->path(), gone);
  }
  Log(LogLevel::kInfo, "store", Cat("migrates ", path, " from version ", version, "; as it was: ", copy.string()));
  return {};
}

Status Migrate(Connection& db, const std::string& path) {
  const auto& migrations = Migrations();
  const auto version = static_cast<size_t>(ReadInteger(db, "PRAGMA user_version"));
  if (version > migrations.size()) {
    return Fail(Code::kFailedPrecondition, "STATE_NEWER",
                Cat(path, " has schema version ", version, ", this program knows up to ", migrations.size(),
                    ": it was written by a newer version, use that one or another data directory"));
  }
  if (version > 0 && version < migrations.size()) {
    if (Status kept = KeepCopy(path, version); !kept)
      return std::unexpected(std::move(kept.error()).While("keeping a copy before the migration"));
  }
  for (size_t next = version; next < migrations.size(); ++next) {
    const std::string script = Cat("BEGIN IMMEDIATE; PRAGMA application_id = ", kApplicationId, ";", migrations[next],
                                   "; PRAGMA user_version = ", next + 1, "; COMMIT;");
    if (Status done = db.ExecuteScript(script); !done)
      return std::unexpected(std::move(done.error()).While(Cat("migrating ", path)));
  }
  return {};
}

// What a work that failed has changed is taken back, and nobody hears of it.
Status Run(Session& session, QueuedWork& queued) {
  Status status = queued.work(session);
  std::vector<Change> changes = session.TakeChanges();
  if (status) queued.changes = std::move(changes);
  return status;
}

Status RunUnderSavepoint(Session& session, QueuedWork& queued) {
  Connection& db = session.connection();
  db.Execute("SAVEPOINT work");
  Status status = Run(session, queued);
  if (!status) db.Execute("ROLLBACK TO work");
  db.Execute("RELEASE work");
  return status;
}

}  // namespace

Result<std::unique_ptr<Session>> OpenForWriting(const std::string& path) {
  auto connection = Connection::Open(path, Connection::Mode::kReadWrite);
  if (!connection) return std::unexpected(connection.error());
  if (Status ours = CheckOurs(**connection, path); !ours) return std::unexpected(ours.error());
  if (Status migrated = Migrate(**connection, path); !migrated) return std::unexpected(migrated.error());
  (*connection)->KeepLog();
  return std::make_unique<Session>(std::move(*connection));
}

std::vector<Status> CommitGroup(Session& session, std::vector<QueuedWork>& group) {
  SANDBOX_CHECK(!group.empty(), "a commit of nothing");
  Connection& db = session.connection();
  db.Execute("BEGIN IMMEDIATE");
  if (group.size() == 1) {
    // What it would take back is the transaction: a savepoint costs a copy of each page that is changed.
    Status status = Run(session, group[0]);
    db.Execute(status ? "COMMIT" : "ROLLBACK");
    return {std::move(status)};
  }
  std::vector<Status> results = RunGroup(session, group);
  db.Execute("COMMIT");
  return results;
}

std::vector<Status> RunGroup(Session& session, std::vector<QueuedWork>& group) {
  std::vector<Status> results;
  results.reserve(group.size());
  for (QueuedWork& queued : group) results.push_back(RunUnderSavepoint(session, queued));
  return results;
}

void AnswerGroup(std::vector<QueuedWork> group, const std::vector<Status>& results, Owed& owed) {
  SANDBOX_CHECK(group.size() == results.size(), "a work would get the answer of another");
  for (size_t i = 0; i < group.size(); ++i) {
    if (!group[i].changes.empty()) owed.changes.push_back(std::move(group[i].changes));
    if (group[i].committed) group[i].committed(results[i]);
    if (group[i].durable)
      owed.answers.push_back([durable = std::move(group[i].durable), result = results[i]] { durable(result); });
  }
}

void Settle(Owed owed, ChangeSink* sink) {
  if (sink != nullptr) {
    for (std::vector<Change>& changes : owed.changes) sink->Publish(std::move(changes));
  }
  for (const auto& answer : owed.answers) answer();
}

}  // namespace sandbox::store
