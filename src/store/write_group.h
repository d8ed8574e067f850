#pragma once

// What both stores share: opening for writing, and one group of works in one commit.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/ports/metadata_store.h"
#include "store/session.h"

namespace sandbox::store {

// Creates the database or brings it to our schema. FAILED_PRECONDITION: STATE_NEWER when a newer version of this
// program wrote it, STATE_UNREADABLE when it is something else.
Result<std::unique_ptr<Session>> OpenForWriting(const std::string& path);

struct QueuedWork {
  MetadataStore::Work work;
  MetadataStore::Done committed;  // may be empty
  MetadataStore::Done durable;    // may be empty
  std::vector<Change> changes{};  // of its rows, once it is committed
};

// Runs the works in order in one transaction and commits what succeeded. Returns how each ended. Changes of the kinds
// that the session records are moved to their works.
std::vector<Status> CommitGroup(Session& session, std::vector<QueuedWork>& group);

// Within a transaction: runs the works in order, each under a savepoint of its own. Returns how each ended.
std::vector<Status> RunGroup(Session& session, std::vector<QueuedWork>& group);

// What is owed once the commits up to now are synced.
struct Owed {
  std::vector<std::vector<Change>> changes;    // to be published, one entry a work
  std::vector<std::function<void()>> answers;  // to be called then
};

// After the commit: calls what waits for it, in order, and appends what the next sync owes.
void AnswerGroup(std::vector<QueuedWork> group, const std::vector<Status>& results, Owed& owed);

// After the sync: readers hear of the changes before the clients that made them get their answers. `sink` may be null.
void Settle(Owed owed, ChangeSink* sink);

}  // namespace sandbox::store
