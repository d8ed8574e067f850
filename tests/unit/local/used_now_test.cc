#include "api/local/used_now.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/local/event_rows.h"

namespace sandbox::api {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow{1'700'000'000s};

UsageChange SampleOf(const char* execution, uint32_t cpu_millis, uint64_t memory_bytes) {
  return {{{{"p", "d", execution}, "n0"}, 0}, "pod", 1000, cpu_millis, memory_bytes};
}

TEST_CASE("what pods use is the sum of their last samples", "[local]") {
  UsedNow used;
  CHECK_FALSE(used.Sum(kNow));
  used.Take(SampleOf("a", 900, 10), kNow);
  used.Take(SampleOf("a", 500, 30), kNow + 1s);
  used.Take(SampleOf("b", 250, 5), kNow + 2s);
  CHECK(used.Sum(kNow + 3s)->cpu_millis == 750);
  CHECK(used.Sum(kNow + 3s)->memory_bytes == 35);
  used.Forget(SampleOf("a", 0, 0).attempt);
  CHECK(used.Sum(kNow + 3s)->cpu_millis == 250);
  CHECK_FALSE(used.Sum(kNow + 1min));  // it has not told for long
}

TEST_CASE("a machine's row has what is reserved, what is used and the room on the disk", "[local]") {
  const auto row = [](const MachineChange& machine, const std::optional<UsedNow::Amounts>& used) {
    return MachineRow(machine, used, std::filesystem::temp_directory_path() / "none");
  };
  MachineChange machine{4000, 2500, 8 << 20, 4 << 20, 1, 2};
  const auto told = row(machine, UsedNow::Amounts{1234, (2 << 20) + 5});
  CHECK(told["capacity"]["cpu_millis"] == nlohmann::json{{"total", 4000}, {"reserved", 2500}, {"used", 1230}});
  CHECK(told["capacity"]["memory_bytes"]["used"] == 2 << 20);
  CHECK(told["capacity"]["waiting"] == 2);
  CHECK(told["disk"]["free_bytes"].is_number());
  CHECK(row(machine, std::nullopt)["capacity"]["cpu_millis"]["used"].is_null());
  machine.pods_running = 0;
  CHECK(row(machine, std::nullopt)["capacity"]["cpu_millis"]["used"] == 0);
}

}  // namespace
}  // namespace sandbox::api
