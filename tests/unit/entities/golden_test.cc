#include <future>
#include <iostream>

#include <catch2/catch.hpp>

#include "api/admin/registry_methods.h"
#include "store/sqlite_store.h"
#include "support/memory_object_store.h"
#include "support/temp_directory.h"
#include "unit/entities/transcript.h"

using namespace sandbox;

namespace {

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
  Platform() : store_(std::move(*store::SqliteStore::Open(directory_.Path() + "/state.db"))), registry_(Config(), *store_, objects_, clock_) {
    std::promise<Status> seeded;
    registry_.Seed([&](Status status) { seeded.set_value(status); });
    REQUIRE(seeded.get_future().get());
    api::AddRegistryMethods(table_, registry_);
  }
  const api::MethodTable& Table() const { return table_; }

 private:
  static registry::RegistryConfig Config() {
    registry::RegistryConfig config;
    config.task_resources.defaults = {{"cpu", "500m"}, {"memory", "1Gi"}};
    return config;
  }

  testing::TempDirectory directory_;
  SteppingClock clock_;
  testing::MemoryObjectStore objects_;
  std::unique_ptr<store::SqliteStore> store_;
  registry::Registry registry_;
  api::MethodTable table_;
};

}  // namespace

TEST_CASE("Recorded calls of the registry get the recorded answers") {
  const std::string file = GENERATE("tasks_validate", "tasks_again", "workflows_good", "workflows_bad", "launch_plans", "lists", "projects", "attributes", "misc");
  Platform platform;
  const auto outcome = testing::PlayTranscript(std::string(SANDBOX_GOLDEN) + "/control/" + file + ".json", platform.Table());
  const auto listed = testing::ListedDeviations(std::string(SANDBOX_GOLDEN) + "/deviations.txt", file);
  std::cout << file << ": " << outcome.played - outcome.differing.size() << " of " << outcome.played << " steps as recorded\n";
  for (const std::string& id : outcome.differing) {
    if (!listed.contains(id)) FAIL_CHECK(file << ": " << id << outcome.differences.at(id));
  }
  for (const std::string& id : listed) {
    INFO(file << ": " << id << " is listed as a deviation");
    CHECK(outcome.differences.contains(id));
  }
}
