#pragma once

// What both stores share: opening for writing, and one group of works in one durable commit.

#include <memory>
#include <string>
#include <vector>

#include "sandbox/ports/metadata_store.h"
#include "store/session.h"

namespace sandbox::store {

// Creates the database or brings it to our schema. FAILED_PRECONDITION: STATE_NEWER when a newer version of this program
// wrote it, STATE_UNREADABLE when it is something else.
Result<std::unique_ptr<Session>> OpenForWriting(const std::string& path);

struct QueuedWork {
  MetadataStore::Work work;
  MetadataStore::Done done;
};

// Runs the works in order, each under a savepoint of its own, commits, then calls the callbacks in the same order.
void CommitGroup(Session& session, std::vector<QueuedWork> group);

}  // namespace sandbox::store
