// From the end of a process to serving again: 1,000 executions are stored and 100 of them run. By turns with a state
// that has none, both in this process and on containers that are none.
//
//   bench_restart [ROUNDS]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "server/platform/platform.h"

namespace sandbox::testing {
namespace {

constexpr int kStored = 1000, kRunning = 100;

// Until gRPC and HTTP have answered.
double RestartSeconds(Platform& platform, const std::string& name) {
  platform.Kill();
  const auto began = std::chrono::steady_clock::now();
  if (!platform.Open()) std::exit(1);
  if (!name.empty()) (void)platform.Get(name);
  if (platform.Http("GET", "/api/v1/projects").status != 200) std::exit(1);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void Run(int rounds) {
  Platform full, empty;
  if (!full.Open() || !empty.Open()) std::exit(1);
  full.Task("t", "true");
  full.Task("w", "wait");
  for (int i = 0; i < kStored; ++i) full.Launch(i < kRunning ? "w" : "t", "e" + std::to_string(i));
  for (int i = kRunning; i < kStored; ++i) full.Ended("e" + std::to_string(i));
  std::vector<double> with, without;
  for (int round = 0; round < rounds; ++round) {
    with.push_back(RestartSeconds(full, "e0"));
    without.push_back(RestartSeconds(empty, ""));
  }
  std::printf(
      "kill to serving, %d executions of which %d run: %.0f ms   none: %.0f ms   seconds as ratio %.2f (goal at most "
      "0.5)\n",
      kStored, kRunning, 1000 * Median(with), 1000 * Median(without), Median(with));
  for (const auto& [container, times] : full.Engine().Created()) {
    if (times > 1) {
      std::fprintf(stderr, "container %s was made %d times\n", container.c_str(), times);
      std::exit(1);
    }
  }
}

}  // namespace
}  // namespace sandbox::testing

int main(int argc, char** argv) { sandbox::testing::Run(argc > 1 ? std::atoi(argv[1]) : 5); }
