#pragma once

// What every ObjectStore owes its caller (include/sandbox/ports/object_store.h), as one suite: the files, and the fakes
// in memory of tests and of the simulation pass it.

#include <functional>
#include <memory>

#include "sandbox/ports/object_store.h"

namespace sandbox::testing {

// A store without buckets of the suite's names.
class StoreBench {
 public:
  virtual ~StoreBench() = default;
  virtual ObjectStore& Store() = 0;
};

using MakeStoreBench = std::function<std::unique_ptr<StoreBench>()>;
// To be called in a TEST_CASE: it has SECTIONs.
void CheckObjectStore(const MakeStoreBench& make);

}  // namespace sandbox::testing
