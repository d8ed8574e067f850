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
};

// Runs the works in order in one transaction and commits what succeeded. Returns how each ended.
std::vector<Status> CommitGroup(Session& session, const std::vector<QueuedWork>& group);

// Within a transaction: runs the works in order, each under a savepoint of its own. Returns how each ended.
std::vector<Status> RunGroup(Session& session, const std::vector<QueuedWork>& group);

// After the commit: calls what waits for it, in order, and appends what is to be called after the next sync.
void AnswerGroup(std::vector<QueuedWork> group, const std::vector<Status>& results,
                 std::vector<std::function<void()>>& owed);

}  // namespace sandbox::store
