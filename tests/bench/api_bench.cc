// CreateTask and CreateExecution per second against a running sandbox, one client and eight, each call durable when
// answered; by turns with two servers of the same calls that do nothing else (reference_server.h).
//
//   bench_api HOST:PORT DIRECTORY [SECONDS [fill]]
//
// CreateExecution has goals of its own: 1,000/s with one client, 3,000/s with eight. A registration is one row: it is
// held to half of what the server that syncs one row does with one client, and to all of it with eight.
//
// SECONDS: of each side and row, in rounds. `fill` registers 100,000 tasks first. DIRECTORY: on the disk of the
// sandbox's state, for the row of the reference, and to measure how often a second the disk syncs. Start the sandbox
// with a DOCKER_HOST where nobody answers, so that tasks wait: an engine that starts a container for each execution
// takes the processor that is measured.

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "bench/admin_client.h"
#include "bench/disk_sync.h"
#include "bench/reference_server.h"

namespace sandbox::bench {
namespace {

constexpr int kRounds = 3;

using Call = std::function<void(Stub&, int client, int i)>;

double PerSecond(const std::string& endpoint, int clients, double seconds, const Call& call) {
  std::atomic<int> calls = 0;
  std::vector<std::thread> threads;
  const auto begin = Clock::now();
  for (int client = 0; client < clients; ++client) {
    threads.emplace_back([&, client] {
      const auto stub = Connect(endpoint);
      for (int i = 0; SecondsSince(begin) < seconds; ++i) {
        call(*stub, client, i);
        ++calls;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return calls / SecondsSince(begin);
}

void Fill(const std::string& endpoint) {
  constexpr int kRows = 100'000, kClients = 32;
  std::vector<std::thread> threads;
  for (int client = 0; client < kClients; ++client) {
    threads.emplace_back([&endpoint, client] {
      const auto stub = Connect(endpoint);
      for (int i = client; i < kRows; i += kClients) CreateTask(*stub, Unique("bench.fill", client, i));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

struct Sides {
  std::string sandbox, nothing, row;
};

// At least that many a second, or that much of the row's server; 0: no goal.
struct Goal {
  int clients = 0;
  int per_second = 0;
  double of_row = 0;
};

std::string GoalText(const char* format, double least) {
  char text[40] = "";
  if (least > 0) std::snprintf(text, sizeof text, format, least);
  return text;
}

// The three sides by turns: a machine is not as fast at all times.
void Compare(const char* what, const std::vector<Goal>& goals, const Sides& sides, double seconds,
             const std::string& directory, const Call& call) {
  for (const Goal& goal : goals) {
    const int clients = goal.clients;
    double sandbox = 0, nothing = 0, row = 0;
    for (int round = 0; round < kRounds; ++round) {
      // No name is used twice, in any round and by any client.
      const Call fresh = [&](Stub& stub, int client, int i) { call(stub, (round * 10 + clients) * 10 + client, i); };
      nothing += PerSecond(sides.nothing, clients, seconds / kRounds, fresh) / kRounds;
      row += PerSecond(sides.row, clients, seconds / kRounds, fresh) / kRounds;
      sandbox += PerSecond(sides.sandbox, clients, seconds / kRounds, fresh) / kRounds;
    }
    std::printf(
        "%-15s %d client(s): sandbox %6.0f/s%s   one row synced %6.0f/s, ratio %.2f%s   answered at once %6.0f/s, "
        "ratio %.2f   disk syncs %.0f/s\n",
        what, clients, sandbox, GoalText(" (goal at least %.0f)", goal.per_second).c_str(), row, sandbox / row,
        GoalText(" (goal at least %.2f)", goal.of_row).c_str(), nothing, sandbox / nothing, SyncsPerSecond(directory));
    std::fflush(stdout);
  }
}

int Main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_api HOST:PORT DIRECTORY [SECONDS [fill]]\n");
    return 2;
  }
  const std::string endpoint = argv[1], directory = argv[2];
  const double seconds = argc > 3 ? std::atof(argv[3]) : 6;
  const ReferenceServer nothing(ReferenceWork::kNothing, directory), row(ReferenceWork::kOneRow, directory);
  if (argc > 4 && std::string(argv[4]) == "fill") Fill(endpoint);
  const Sides sides{endpoint, nothing.Endpoint(), row.Endpoint()};
  Compare("CreateTask", {{1, 0, 0.5}, {8, 0, 1}}, sides, seconds, directory,
          [](Stub& stub, int client, int i) { CreateTask(stub, Unique("bench.t", client, i)); });
  const std::string task = Unique("bench.run", 0, 0);
  CreateTask(*Connect(endpoint), task);
  Compare("CreateExecution", {{1, 1000}, {8, 3000}}, sides, seconds, directory,
          [&task](Stub& stub, int client, int i) { CreateExecution(stub, task, Unique("b", client, i)); });
  return 0;
}

}  // namespace
}  // namespace sandbox::bench

int main(int argc, char** argv) { return sandbox::bench::Main(argc, argv); }
