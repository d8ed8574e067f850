#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "cli/timeline.h"
#include "cli/times.h"
#include "cli/tree.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct DescribeValues {
  Target target;
};

void DescribeOptions(Options& options, DescribeValues& values) {
  ExecutionArgument(options, values.target);
  options.InPlace(values.target.place);
}

json TimelineJson(const std::vector<TimelineEntry>& timeline, const std::vector<TimeShare>& shares) {
  json entries = json::array(), time = json::array();
  for (const TimelineEntry& entry : timeline)
    entries.push_back({{"at_ms", entry.at_ms},
                       {"took_ms", entry.took_ms},
                       {"node", entry.node},
                       {"phase", entry.phase},
                       {"text", entry.text},
                       {"error", entry.error.empty() ? json() : json(entry.error)}});
  for (const TimeShare& share : shares) time.push_back({{"code", share.code}, {"text", share.text}, {"ms", share.ms}});
  return {{"timeline", std::move(entries)}, {"time", std::move(time)}};
}

void PrintDescribedHead(const json& run) {
  const json& execution = run.at("execution");
  const json& what = execution.at("what");
  std::printf("%s  %s\n", TextAt(execution, "id").c_str(), Painted(TextAt(execution, "phase")).c_str());
  std::printf("  %s %s version %s\n", TextAt(what, "kind").c_str(), TextAt(what, "name").c_str(),
              TextAt(what, "version").c_str());
  std::printf("  %s\n", TextAt(run.at("story"), "text").c_str());
  if (const std::string created = TextAt(execution, "created_at"); !created.empty()) {
    const std::string who = TextAt(execution, "principal");
    std::printf("  created %s%s%s\n", created.c_str(), who.empty() ? "" : " by ", who.c_str());
  }
}

void PrintTimeline(const std::vector<TimelineEntry>& timeline, bool wide) {
  if (timeline.empty()) return;
  Table table({{"AT"},
               {"TOOK"},
               {"NODE", Table::Cut::kEnd},
               {"PHASE", Table::Cut::kNever, true},
               {"WHAT HAPPENED", Table::Cut::kEnd}});
  for (const TimelineEntry& entry : timeline) {
    table.Row({Cat("+", TookMillis(entry.at_ms)), TookMillis(entry.took_ms), entry.node, entry.phase, entry.text});
    if (!entry.error.empty()) table.Note("    " + entry.error);
  }
  std::printf("\n");
  table.Print(wide);
}

void PrintShares(const std::vector<TimeShare>& shares) {
  int64_t all = 0;
  for (const TimeShare& share : shares) all += share.ms;
  if (all == 0) return;
  std::printf("\nWhere %s went\n", TookMillis(all).c_str());
  for (const TimeShare& share : shares) {
    const int64_t percent = (share.ms * 100 + all / 2) / all;
    std::printf("  %8s  %3lld%%  %s\n", TookMillis(share.ms).c_str(), static_cast<long long>(percent),
                share.text.c_str());
  }
}

void PrintNext(const Context& context, const Target& target, const json& run) {
  const std::string phase = TextAt(run.at("execution"), "phase");
  if (context.quiet) return;
  const auto say = [&](const char* what, const char* words) {
    std::fprintf(stderr, "%s: %s\n", what,
                 CommandLine(context, target.place, Cat(words, " ", target.execution)).c_str());
  };
  std::fflush(stdout);
  std::fprintf(stderr, "\n");
  if (!IsEnded(phase)) {
    if (TextAt(run.at("story"), "code") == "wait.gate") say("how to answer", "get");
    return say("follow it", "watch");
  }
  if (phase == "FAILED") say("its logs", "logs --all");
  if (phase == "FAILED") say("again from where it failed", "recover");
  if (phase != "FAILED") say("inputs and outputs", "get");
}

int RunDescribe(const Context& context, const DescribeValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Target target = values.target;
  const auto run = FindRun(*client, target);
  if (!run) return Complain(run.error());
  const int64_t now = MillisNow();
  const auto timeline = TimelineOf(*run, now);
  const auto shares = SharesOf(*run, now);
  if (context.printer.IsData()) {
    json out = TimelineJson(timeline, shares);
    out["execution"] = run->at("execution");
    out["story"] = run->at("story");
    context.printer.Data(out);
    return kExitOk;
  }
  PrintDescribedHead(*run);
  PrintTimeline(timeline, context.printer.IsWide());
  PrintShares(shares);
  PrintNext(context, target, *run);
  return kExitOk;
}

}  // namespace

Verb DescribeVerb() {
  return {"describe",
          kLooking,
          "its course: what ran, what waited for what, where time went",
          "sandbox describe @latest",
          "/execution/id",
          With(DescribeOptions, RunDescribe),
          "timeline why explain slow profile"};
}

}  // namespace sandbox::cli
