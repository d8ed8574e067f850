#include "cache/cache_lookups.h"

#include <catch2/catch.hpp>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "sim/fakes.h"
#include "store/sync_store.h"
#include "unit/compiler/from_json.h"

namespace sandbox::cache {
namespace {

using engine::CacheAnswer;
using flyteidl::core::LiteralMap;
using flyteidl::core::TaskTemplate;

struct Bench {
  void Ask(const std::string& node) { lookups.Ask(Question(node)); }
  static engine::LookUpCache Question(const std::string& node) {
    engine::LookUpCache question;
    question.id = {{"p", "d", "e"}, node};
    question.task = std::make_shared<TaskTemplate>(testing::FromJson<TaskTemplate>(
        R"({"id":{"resourceType":"TASK","project":"p","domain":"d","name":"t","version":"v"},)"
        R"("interface":{"outputs":{"variables":{"o0":{"type":{"simple":"INTEGER"}}}}},)"
        R"("metadata":{"discoverable":true,"discoveryVersion":"1","cacheSerializable":true}})"));
    question.inputs = std::make_shared<LiteralMap>();
    question.owner = node;
    return question;
  }
  void Work() {
    while (!workers.tasks.empty()) {
      auto task = std::move(workers.tasks.front());
      workers.tasks.erase(workers.tasks.begin());
      task();
    }
  }
  void Post() {
    while (!loop.posted.empty()) {
      auto task = std::move(loop.posted.front());
      loop.posted.pop_front();
      task();
    }
  }
  void Settle() {
    do {
      Work();
      Post();
    } while (store->Flush() > 0 || !workers.tasks.empty() || !loop.posted.empty());
  }

  sim::FakeLoop loop{false};
  sim::FakeWorkers workers;
  sim::FakeClock clock;
  sim::FakeObjects objects;
  std::unique_ptr<store::SyncStore> store = *store::SyncStore::Open();
  std::map<std::string, CacheAnswer> answers;
  std::vector<std::string> freed;
  CacheLookups lookups{{loop, workers, clock, *store, objects, 1000},
                       {[this](engine::CacheLookedUp event) { answers[event.id.node] = std::move(event.answer); },
                        [this](const NodeExecutionId& id) { freed.push_back(id.node); }}};
};

// The reservation of the first was taken for expired before its answer came, and both ran.
TEST_CASE("of two that ask at the same time one is told to wait, even when the clock jumps between them") {
  Bench bench;
  bench.Ask("n0");
  bench.Ask("n1");
  bench.Work();
  auto second = std::move(bench.loop.posted.back());
  bench.loop.posted.pop_back();
  bench.Post();
  bench.store->Flush();
  bench.clock.now += std::chrono::hours(1);
  bench.loop.posted.push_front(std::move(second));
  bench.Settle();
  REQUIRE(bench.answers.size() == 2);
  CHECK(bench.answers.at("n0").outcome == CacheAnswer::Outcome::kMiss);
  CHECK(bench.answers.at("n1").outcome == CacheAnswer::Outcome::kTaken);
  CHECK(bench.answers.at("n1").holder == "node n0 of execution p/d/e");
}

TEST_CASE("who held a reservation before a restart is named after it") {
  Bench bench;
  bench.Ask("n0");
  bench.Settle();
  CacheLookups later{{bench.loop, bench.workers, bench.clock, *bench.store, bench.objects, 1000},
                     {[&](engine::CacheLookedUp event) { bench.answers[event.id.node] = std::move(event.answer); },
                      [](const NodeExecutionId&) {}}};
  later.Resume({{"p", "d", "e"}, "n0"}, bench.answers.at("n0").claim);
  later.Ask(bench.Question("n1"));
  bench.Settle();
  CHECK(bench.answers.at("n1").holder == "node n0 of execution p/d/e");
}

// They woke each other for as long as the reservation lasted.
TEST_CASE("two that wait for a third one's reservation leave each other alone and ask again in time") {
  Bench bench;
  const auto other = [&bench](const model::CacheClaim& claim) {
    return model::ReservationRecord{model::ReservationKey(claim.dataset, claim.tag), "another",
                                    std::chrono::seconds(10), bench.clock.now + std::chrono::seconds(30)};
  };
  bench.Ask("n0");
  bench.Settle();
  const model::CacheClaim claim = bench.answers.at("n0").claim;
  bench.lookups.Freed(claim);
  bench.store->Write([&](MetadataWriter& writer) { return writer.PutReservation(other(claim)); },
                     [](const Status& status) { CHECK(status.has_value()); });
  bench.store->Flush();
  bench.Ask("n1");
  bench.Ask("n2");
  bench.Settle();
  CHECK(bench.answers.at("n1").outcome == CacheAnswer::Outcome::kTaken);
  CHECK(bench.answers.at("n2").outcome == CacheAnswer::Outcome::kTaken);
  CHECK(bench.answers.at("n1").holder == "the owner another of a reservation");
  CHECK(bench.freed.empty());
  CHECK(bench.answers.at("n1").again_at <= bench.clock.now + std::chrono::seconds(10));
  CHECK(bench.answers.at("n2").again_at <= bench.clock.now + std::chrono::seconds(10));
}

}  // namespace
}  // namespace sandbox::cache
