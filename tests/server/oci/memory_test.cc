// A large layer needs no more memory than a small one. Its own executable: the peak is that of the whole process.

#include <cstdlib>
#include <fstream>

#include "server/oci/running_registry.h"

namespace sandbox::oci {
namespace {

constexpr size_t kMegabyte = 1024 * 1024;

// SANDBOX_TEST_MEGABYTES=3072 for a larger one.
size_t Megabytes() {
  const char* wanted = std::getenv("SANDBOX_TEST_MEGABYTES");
  return wanted == nullptr ? 200 : std::strtoul(wanted, nullptr, 10);
}

// VmHWM of this process.
size_t PeakKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    size_t number = 0;
    if (word == "VmHWM:" && status >> number) return number;
  }
  return 0;
}

// Sends `count` blocks in one PATCH.
Reply Patch(const RunningRegistry& registry, const std::string& upload, const std::string& block, size_t count) {
  testing::RawClient client(registry.listener->Port());
  client.Send(Cat("PATCH ", upload, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ",
                  block.size() * count, "\r\n\r\n"));
  for (size_t i = 0; i < count; ++i) client.Send(block);
  return RunningRegistry::ReadReply(client);
}

TEST_CASE("a large layer needs no more memory than a small one", "[oci]") {
  RunningRegistry registry;
  const std::string block(kMegabyte, 'b');
  REQUIRE(Patch(registry, registry.Begin(), block, 4).status == 202);
  std::ofstream("/proc/self/clear_refs") << "5";
  const size_t before = PeakKilobytes();
  REQUIRE(before > 0);
  CHECK(Patch(registry, registry.Begin(), block, Megabytes()).Get("Range") == Cat("0-", Megabytes() * kMegabyte - 1));
  CHECK(PeakKilobytes() < before + 16 * 1024);
}

}  // namespace
}  // namespace sandbox::oci
