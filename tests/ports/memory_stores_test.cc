// The object stores in memory keep the contract that the files do.

#include <catch2/catch.hpp>

#include "ports/object_store.h"
#include "sim/fakes.h"
#include "support/memory_object_store.h"

namespace sandbox::testing {
namespace {

template <typename Kind>
class MemoryBench final : public StoreBench {
 public:
  ObjectStore& Store() override { return store_; }

 private:
  Kind store_;
};

TEST_CASE("the tests' object store keeps the contract", "[ports]") {
  CheckObjectStore([] { return std::make_unique<MemoryBench<MemoryObjectStore>>(); });
}

TEST_CASE("the simulation's object store keeps the contract", "[ports]") {
  CheckObjectStore([] { return std::make_unique<MemoryBench<sim::FakeObjects>>(); });
}

}  // namespace
}  // namespace sandbox::testing
