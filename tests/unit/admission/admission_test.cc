#include "pods/admission/admission.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace sandbox;
using namespace sandbox::pods;

namespace {

constexpr int64_t kGi = int64_t{1} << 30;

AttemptId Pod(const std::string& execution, int number) {
  return {{{"p", "d", execution}, "n" + std::to_string(number)}, 0};
}

std::string Names(const std::vector<AttemptId>& ids) {
  std::string out;
  for (const AttemptId& id : ids) out += id.node.execution.name + id.node.node.substr(1) + " ";
  return out;
}

}  // namespace

TEST_CASE("Quantities as people write them", "[admission]") {
  CHECK(model::CpuText(500) == "500m");
  CHECK(model::CpuText(2000) == "2");
  CHECK(model::CpuText(2500) == "2500m");
  CHECK(model::MemoryText(4 * kGi) == "4Gi");
  CHECK(model::MemoryText(kGi * 5 / 2) == "2.5Gi");
  CHECK(model::MemoryText(512 << 20) == "512Mi");
  CHECK(model::MemoryText(kGi * 8 - 1) == "7.9Gi");
  CHECK(model::MemoryText(0) == "0");
}

TEST_CASE("Pods start while there is room, and the others say what they wait for", "[admission]") {
  Admission admission({4000, 8 * kGi});
  admission.Wait(Pod("a", 0), {500, kGi * 11 / 2});
  const uint64_t a1 = admission.Wait(Pod("a", 1), {500, 4 * kGi});
  CHECK(admission.Wait(Pod("b", 0), {3900, kGi}) > a1);
  CHECK(Names(admission.Admit()) == "a0 ");
  const auto waits = admission.WaitsSince(a1);
  REQUIRE(waits.size() == 2);
  CHECK(waits[0].first == Pod("b", 0));  // nothing of its execution runs
  CHECK(model::WordsOf(waits[0].second).sentence == "waits for cpu: needs 3900m, 3500m of 4 free");
  CHECK(waits[1].first == Pod("a", 1));
  CHECK(model::WordsOf(waits[1].second).sentence ==
        "waits for memory: needs 4Gi, 2.5Gi of 8Gi free; 1 before it: b/n0");
  CHECK(admission.Runs(Pod("a", 0)));
  admission.Remove(Pod("a", 0));
  CHECK(Names(admission.Admit()) == "a1 ");
  admission.Remove(Pod("a", 1));
  CHECK(Names(admission.Admit()) == "b0 ");
  admission.Remove(Pod("b", 0));
  CHECK(admission.Used() == Resources{});
}

TEST_CASE("What can never fit is refused, without a limit nothing is", "[admission]") {
  const Admission small({2000, 4 * kGi});
  CHECK(small.Refusal({2000, 4 * kGi}).code == model::PodWait::kNone);
  CHECK(model::WordsOf(small.Refusal({2001, 0}))
            .message.starts_with("requested resources exceed limits: cpu: needs 2001m, this machine has 2 for tasks"));
  CHECK(
      model::WordsOf(small.Refusal({0, 5 * kGi}))
          .message.starts_with("requested resources exceed limits: memory: needs 5Gi, this machine has 4Gi for tasks"));
  CHECK(Admission().Refusal({1 << 20, 1 << 30, 8}).code == model::PodWait::kNone);
}

TEST_CASE("Where there is no GPU, who asks for one is refused and told what to do", "[admission]") {
  const Admission none({2000, 4 * kGi, kNoGpus});
  CHECK(none.Refusal({2000, 4 * kGi}).code == model::PodWait::kNone);
  const model::WaitReason refusal = none.Refusal({2000, 4 * kGi, 2});
  CHECK(refusal.code == model::PodWait::kNeverFits);
  CHECK(model::WordsOf(refusal).message ==
        "requested resources exceed limits: gpu: needs 2, this machine has 0 for tasks; install NVIDIA's driver and "
        "Container Toolkit and restart the Docker Engine (Podman hands out none), or take `gpu` out of the task's "
        "resources");
}

TEST_CASE("Executions take turns", "[admission]") {
  Admission admission({2000, 0});
  for (int i = 0; i < 4; ++i) admission.Wait(Pod("a", i), {1000, 0});
  for (int i = 0; i < 2; ++i) admission.Wait(Pod("b", i), {1000, 0});
  CHECK(Names(admission.Admit()) == "a0 b0 ");
  admission.Remove(Pod("a", 0));
  CHECK(Names(admission.Admit()) == "a1 ");
  admission.Remove(Pod("a", 1));
  admission.Remove(Pod("b", 0));
  CHECK(Names(admission.Admit()) == "a2 b1 ");
}

TEST_CASE("Who goes first is told as it will be", "[admission]") {
  const uint32_t seed = GENERATE(range(0u, 50u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  Admission admission({3000, 0});
  for (int i = 0; i < 30; ++i) admission.Wait(Pod(std::string(1, static_cast<char>('a' + random() % 4)), i), {1000, 0});
  admission.Admit();
  const auto waits = admission.WaitsOfFirst(100);
  REQUIRE(waits.size() == 27);
  for (size_t i = 0; i < waits.size(); ++i) {
    CHECK(waits[i].second.ahead_count == i);
    CHECK(waits[i].second.ahead.size() == std::min<size_t>(i, 3));
  }
  // The pod that is first is the next to start.
  admission.SetCapacity({4000, 0});
  CHECK(admission.Admit() == std::vector<AttemptId>{waits[0].first});
}

TEST_CASE("Those that came last are told the place that they have among all", "[admission]") {
  const uint32_t seed = GENERATE(range(0u, 50u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  Admission admission({4000, 8 * kGi});
  std::map<AttemptId, uint64_t> numbers;
  for (int step = 0; step < 300; ++step) {
    if (random() % 2 != 0) {
      const AttemptId id = Pod(std::string(1, static_cast<char>('a' + random() % 8)), step);
      const Resources demand =
          random() % 8 == 0 ? Resources{4000, 0} : Resources{500, random() % 2 == 0 ? kGi : 2 * kGi};
      numbers[id] = admission.Wait(id, demand);
    } else if (!numbers.empty()) {
      // Some pod ends, or is not wanted any more.
      const auto gone = std::next(numbers.begin(), static_cast<ptrdiff_t>(random() % numbers.size()));
      admission.Remove(gone->first);
      numbers.erase(gone);
    }
    admission.Admit();
    const auto all = admission.WaitsOfFirst(1000);
    REQUIRE(all.size() == static_cast<size_t>(std::ranges::count_if(
                              numbers, [&](const auto& pod) { return !admission.Runs(pod.first); })));
    for (size_t i = 0; i < all.size(); ++i) REQUIRE(all[i].second.ahead_count == i);
    const uint64_t since = random() % static_cast<uint64_t>(step + 1);
    std::map<AttemptId, model::WaitReason> told;
    for (const auto& [id, wait] : admission.WaitsSince(since)) REQUIRE(told.emplace(id, wait).second);
    for (const auto& [id, wait] : all) {
      const bool asked = numbers.at(id) >= since;
      REQUIRE(told.contains(id) == asked);
      if (asked) REQUIRE(told.at(id) == wait);
    }
  }
}

TEST_CASE("A large pod is not passed for ever", "[admission]") {
  Admission admission({2000, 0});
  admission.Wait(Pod("small", 0), {1000, 0});
  admission.Admit();
  admission.Wait(Pod("large", 0), {2000, 0});
  for (int i = 1; i < 100; ++i) {
    admission.Wait(Pod("small", i), {1000, 0});
    admission.Admit();
    admission.Remove(Pod("small", i - 1));
    admission.Admit();
    if (admission.Runs(Pod("large", 0))) break;
  }
  CHECK(admission.Runs(Pod("large", 0)));
}

TEST_CASE("Capacity is never exceeded and everything starts in the end", "[admission]") {
  const uint32_t seed = GENERATE(range(0u, 200u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const Resources capacity{4000, 8 * kGi};
  Admission admission(capacity);
  std::vector<AttemptId> running;
  size_t waiting = 0, ended = 0;
  for (int step = 0; step < 400; ++step) {
    if (step < 200 && random() % 2 == 0) {
      admission.Wait(Pod(std::string(1, static_cast<char>('a' + random() % 5)), step),
                     {static_cast<int64_t>(random() % 4001), static_cast<int64_t>(random() % 9) * kGi});
      ++waiting;
    } else if (!running.empty()) {
      const size_t at = random() % running.size();
      admission.Remove(running[at]);
      running.erase(running.begin() + static_cast<ptrdiff_t>(at));
      ++ended;
    }
    for (const AttemptId& id : admission.Admit()) running.push_back(id);
    REQUIRE(admission.Used().cpu_millis <= capacity.cpu_millis);
    REQUIRE(admission.Used().memory_bytes <= capacity.memory_bytes);
    REQUIRE((running.empty() ? waiting == ended : true));
  }
  CHECK(waiting == ended + running.size());
}
