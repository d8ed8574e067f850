// The files keep the contract of object stores.

#include <catch2/catch.hpp>

#include "objects/file_store.h"
#include "ports/object_store.h"
#include "support/temp_directory.h"

namespace sandbox::testing {
namespace {

class FilesBench final : public StoreBench {
 public:
  ObjectStore& Store() override { return *store_; }

 private:
  TempDirectory directory_;
  std::unique_ptr<objects::FileObjectStore> store_ = *objects::FileObjectStore::Open(directory_.Path());
};

TEST_CASE("the files keep the contract of object stores", "[objects]") {
  CheckObjectStore([] { return std::make_unique<FilesBench>(); });
}

}  // namespace
}  // namespace sandbox::testing
