#pragma once

// The use cases of executions on the real registry and store; only the engine is a stand-in.

#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "api/admin/execution_methods.h"
#include "api/admin/registry_methods.h"
#include "sandbox/core/requests.h"
#include "store/sqlite_store.h"
#include "support/memory_object_store.h"
#include "support/temp_directory.h"
#include "unit/requests/instant_executions.h"

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

class CountingEntropy : public Entropy {
 public:
  uint64_t Next() override { return (state_ = state_ * 6364136223846793005u + 1442695040888963407u) >> 33; }

 private:
  std::atomic<uint64_t> state_ = 1;
};

// The path of a link, as the recordings keep it.
class PathSigner : public UrlSigner {
 public:
  std::string Sign(std::string_view, std::string_view bucket, std::string_view key, Duration,
                   const std::map<std::string, std::string>&) override {
    std::string path = Cat("SIGNED:/", bucket, "/");
    for (unsigned char c : key) {
      const bool kept = std::isalnum(c) || std::string_view("-._~/").contains(static_cast<char>(c));
      path += kept ? std::string(1, static_cast<char>(c))
                   : Cat("%", std::string(1, "0123456789ABCDEF"[c >> 4]), std::string(1, "0123456789ABCDEF"[c & 15]));
    }
    return path;
  }
};

class ExecutionPlatform {
 public:
  ExecutionPlatform()
      : store_(std::move(*store::SqliteStore::Open(directory_.Path() + "/state.db"))),
        executions_(*store_, clock_),
        registry_(Config(), *store_, objects_, clock_),
        requests_(core::RequestDeps{Config(), registry_, *store_, objects_, executions_, signer_, clock_, entropy_}) {
    std::promise<Status> seeded;
    registry_.Seed([&](Status status) { seeded.set_value(status); });
    REQUIRE(seeded.get_future().get());
    REQUIRE(objects_.CreateBucket(kBucket));
    api::AddRegistryMethods(table_, registry_);
    api::AddExecutionMethods(table_, requests_);
  }
  const api::MethodTable& Table() const { return table_; }
  registry::Registry& Registered() { return registry_; }
  core::Requests& Calls() { return requests_; }
  MetadataStore& Store() { return *store_; }

 private:
  static registry::RegistryConfig Config() {
    registry::RegistryConfig config;
    config.task_resources.defaults = {{"cpu", "500m"}, {"memory", "1Gi"}};
    return config;
  }

  TempDirectory directory_;
  SteppingClock clock_;
  CountingEntropy entropy_;
  PathSigner signer_;
  MemoryObjectStore objects_;
  std::unique_ptr<store::SqliteStore> store_;
  InstantExecutions executions_;
  registry::Registry registry_;
  core::Requests requests_;
  api::MethodTable table_;
};

}  // namespace sandbox::testing
