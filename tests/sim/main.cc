// sim [--seeds N] [--first S] [--bugs]: simulates seeds S..S+N-1; with --bugs checks that every planted bug is found.

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "world.h"

namespace sandbox::sim {
namespace {

constexpr uint32_t kReplayEvery = 50;  // seeds that are run twice, for determinism
constexpr uint32_t kBugSeedsMax = 500;

int RunSeeds(uint32_t first, uint32_t seeds) {
  std::map<std::string, uint32_t> ends;
  uint32_t crashes = 0;
  for (uint32_t seed = first; seed < first + seeds; ++seed) {
    const Verdict verdict = Simulate(seed, Bug::kNone);
    std::string failure = verdict.failure;
    if (failure.empty() && seed % kReplayEvery == 0 && Simulate(seed, Bug::kNone).digest != verdict.digest) failure = "the same seed gave another run";
    if (!failure.empty()) {
      std::cout << "seed " << seed << ": " << failure << "\n";
      return 1;
    }
    ++ends[verdict.end];
    crashes += verdict.crashes;
  }
  std::cout << seeds << " seeds, " << crashes << " crashes:";
  for (const auto& [phase, count] : ends) std::cout << " " << count << " " << phase;
  std::cout << "\n";
  return 0;
}

int FindBugs() {
  int missed = 0;
  for (int bug = 1; bug < kBugs; ++bug) {
    uint32_t seed = 0;
    std::string failure;
    for (; seed < kBugSeedsMax && failure.empty(); ++seed) failure = Simulate(seed, static_cast<Bug>(bug)).failure;
    std::cout << "bug " << bug << ": " << (failure.empty() ? "NOT FOUND" : "seed " + std::to_string(seed - 1) + ": " + failure) << "\n";
    if (failure.empty()) ++missed;
  }
  return missed == 0 ? 0 : 1;
}

int Main(int count, char** arguments) {
  uint32_t first = 0;
  uint32_t seeds = 2000;
  for (int i = 1; i < count; ++i) {
    const std::string option = arguments[i];
    if (option == "--bugs") return FindBugs();
    if (i + 1 < count && option == "--seeds") seeds = static_cast<uint32_t>(std::atoi(arguments[++i]));
    if (i + 1 < count && option == "--first") first = static_cast<uint32_t>(std::atoi(arguments[++i]));
  }
  return RunSeeds(first, seeds);
}

}  // namespace
}  // namespace sandbox::sim

int main(int count, char** arguments) { return sandbox::sim::Main(count, arguments); }
