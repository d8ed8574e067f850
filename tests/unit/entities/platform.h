#pragma once

// The registry on the real store and an object store in memory.

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <string>

#include "api/v1/definition_service.h"
#include "api/v1/registry_methods.h"
#include "store/sqlite_store.h"
#include "support/memory_object_store.h"
#include "support/temp_directory.h"

namespace sandbox::testing {

// A millisecond passes at every look; the day is the one that the player recognises.
class SteppingClock : public Clock {
 public:
  Instant Now() override {
    using namespace std::chrono;
    return sys_days(year(2031) / 5 / 5) + hours(5) + milliseconds(++steps_);
  }

 private:
  std::atomic<int64_t> steps_ = 0;
};

class Platform {
 public:
  explicit Platform(registry::TaskResources resources = {{{"cpu", "500m"}, {"memory", "1Gi"}}, {}})
      : config_(WithResources(std::move(resources))),
        store_(std::move(*store::SqliteStore::Open(directory_.Path() + "/state.db"))),
        registry_(config_, *store_, objects_, clock_) {
    std::promise<Status> seeded;
    registry_.Seed([&](Status status) { seeded.set_value(status); });
    REQUIRE(seeded.get_future().get());
    api::AddRegistryMethods(table_, service_);
  }
  const registry::RegistryConfig& Config() const { return config_; }
  api::MethodTable& Table() { return table_; }
  Clock& Time() { return clock_; }
  MetadataStore& Store() { return *store_; }
  ObjectStore& Objects() { return objects_; }
  registry::Registry& Get() { return registry_; }
  api::DefinitionService& Calls() { return service_; }

 private:
  static registry::RegistryConfig WithResources(registry::TaskResources resources) {
    registry::RegistryConfig config;
    config.task_resources = std::move(resources);
    return config;
  }

  registry::RegistryConfig config_;
  TempDirectory directory_;
  SteppingClock clock_;
  MemoryObjectStore objects_;
  std::unique_ptr<store::SqliteStore> store_;
  registry::Registry registry_;
  api::DefinitionService service_{registry_};
  api::MethodTable table_;
};

}  // namespace sandbox::testing
