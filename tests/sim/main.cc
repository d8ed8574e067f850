// sim [--seeds N] [--first S] [--go-on] [--trace] [--digest] [--bugs]: simulates seeds S..S+N-1, to the first failure
// unless it goes on, and tells what happens with --trace; with --digest prints a number for all that happened, which is
// the same before and after a change that changes nothing; with --bugs checks that every bug of the fakes is found.

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "sandbox/base/log.h"
#include "world.h"

namespace sandbox::sim {
namespace {

constexpr uint32_t kReplayEvery = 50;  // seeds that are run twice, for determinism
constexpr uint32_t kBugSeedsMax = 500;

struct Tally {
  std::map<std::string, uint32_t> ends;
  std::map<std::string, uint32_t> undecided;
  uint32_t crashes = 0, ticks = 0, repeated = 0;
  uint64_t digest = 0;  // of all verdicts

  void Add(const Verdict& verdict) {
    ++ends[verdict.end];
    if (!verdict.undecided.empty()) ++undecided[verdict.undecided];
    crashes += verdict.crashes;
    ticks += verdict.ticks;
    repeated += verdict.repeated;
    for (const uint64_t part : {verdict.digest, verdict.rows}) digest = digest * 1099511628211ull ^ part;
  }
  void Print(uint32_t seeds) const {
    uint32_t open = 0;
    for (const auto& [why, count] : undecided) open += count;
    std::cout << seeds << " seeds, " << crashes << " crashes, " << repeated << " repeated or recovered, " << ticks
              << " ticks:";
    for (const auto& [phase, count] : ends) std::cout << " " << count << " " << phase;
    std::cout << "\nthe oracle decides " << seeds - open << " of them in full ("
              << (seeds - open) * 100 / std::max(seeds, 1u) << " %)";
    for (const auto& [why, count] : undecided) std::cout << "\n  " << count << ": " << why;
    std::cout << "\n";
  }
};

int RunSeeds(uint32_t first, uint32_t seeds, bool go_on, bool digest, std::ostream* trace) {
  Tally tally;
  int status = 0;
  for (uint32_t seed = first; seed < first + seeds; ++seed) {
    const Verdict verdict = Simulate(seed, Bug::kNone, trace);
    std::string failure = verdict.failure;
    if (failure.empty() && seed % kReplayEvery == 0 && Simulate(seed, Bug::kNone, nullptr).digest != verdict.digest)
      failure = "the same seed gave another run";
    if (!failure.empty()) {
      std::cout << "seed " << seed << ": " << failure << std::endl;
      if (!go_on) return 1;
      status = 1;
    }
    tally.Add(verdict);
  }
  tally.Print(seeds);
  if (digest) std::cout << "digest " << std::hex << tally.digest << "\n";
  return status;
}

int FindBugs() {
  int missed = 0;
  for (int bug = 1; bug < kBugs; ++bug) {
    uint32_t seed = 0;
    std::string failure;
    for (; seed < kBugSeedsMax && failure.empty(); ++seed)
      failure = Simulate(seed, static_cast<Bug>(bug), nullptr).failure;
    std::cout << "bug " << bug << ": "
              << (failure.empty() ? "NOT FOUND" : "seed " + std::to_string(seed - 1) + ": " + failure) << "\n";
    if (failure.empty()) ++missed;
  }
  return missed == 0 ? 0 : 1;
}

int Main(int count, char** arguments) {
  uint32_t first = 0;
  uint32_t seeds = 2000;
  bool go_on = false;
  bool digest = false;
  std::ostream* trace = nullptr;
  for (int i = 1; i < count; ++i) {
    const std::string option = arguments[i];
    if (option == "--bugs") return FindBugs();
    if (option == "--go-on") go_on = true;
    if (option == "--digest") digest = true;
    if (option == "--trace") trace = &std::cout;
    if (i + 1 < count && option == "--seeds") seeds = static_cast<uint32_t>(std::atoi(arguments[++i]));
    if (i + 1 < count && option == "--first") first = static_cast<uint32_t>(std::atoi(arguments[++i]));
  }
  return RunSeeds(first, seeds, go_on, digest, trace);
}

}  // namespace
}  // namespace sandbox::sim

int main(int count, char** arguments) {
  // Troubles are what it makes: only what is wrong is worth a line.
  sandbox::SetLogSink([](sandbox::LogLevel level, std::string_view component, std::string_view message) {
    if (level == sandbox::LogLevel::kError) std::cerr << component << ": " << message << "\n";
  });
  return sandbox::sim::Main(count, arguments);
}
