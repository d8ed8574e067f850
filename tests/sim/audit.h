#pragma once

// What happened beside what was foretold.

#include "fakes.h"
#include "oracle.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::sim {

// The first difference; empty when there is none. `aborted`: someone asked for the end of it all, and got it.
std::string Audit(const Expected& expected, MetadataReader& reader, FakeObjects& objects, bool aborted);

// Of what the rows of all executions tell their readers.
uint64_t DigestOfRows(MetadataReader& reader);

// The nodes of all executions, as the one that recovers one of them finds them.
OldNodes LookBack(MetadataReader& reader, FakeObjects& objects);

}  // namespace sandbox::sim
