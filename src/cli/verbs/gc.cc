#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/ask.h"
#include "cli/table.h"
#include "cli/times.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct GcValues {
  std::string older_than, keep;
  bool dry_run = false, yes = false;
};

void GcOptions(Options& options, GcValues& values) {
  options.Text("--older-than", "AGE", values.older_than, "since they ended: 12h, 30d; default: config.yaml's");
  options.Text("--keep", "SIZE", values.keep, "the oldest go until the others take at most this: 500Mi, 20Gi");
  options.Flag("--dry-run", values.dry_run, "print what would go, and remove nothing");
  options.Flag("-y,--yes", values.yes, "do not ask");
}

constexpr std::array kSums = {"runs", "executions", "logs", "objects", "bytes", "folders_kept"};
constexpr size_t kRowsMost = 20;

// The sums of the calls that one collection takes, as one report.
Result<json> CollectAll(Client& client, const GcValues& values) {
  json sum;
  do {
    auto part = client.CollectGarbage(values.older_than, values.keep, false);
    if (!part) return part;
    if (sum.is_null()) {
      sum = std::move(*part);
      continue;
    }
    for (const char* name : kSums) sum[name] = sum.value(name, uint64_t{0}) + part->value(name, uint64_t{0});
    for (const json& run : part->at("list")) sum["list"].push_back(run);
    sum["more"] = (*part)["more"];
  } while (sum.value("more", false));
  return sum;
}

std::string Counted(uint64_t count, const char* one, const char* many) {
  return Cat(count, " ", count == 1 ? one : many);
}

std::string SizeOf(const json& report, const char* name) { return SizeText(report.value(name, int64_t{0})); }

// "that ended more than 30d ago", or why else it goes.
std::string WhyText(const json& report) {
  const std::string age = TextAt(report, "older_than");
  if (report.at("size_bytes").is_null()) return Cat("that ended more than ", age, " ago");
  const std::string size = SizeOf(report, "size_bytes");
  if (age.empty()) return Cat("from the oldest on, until the others take at most ", size);
  return Cat("that ended more than ", age, " ago or are the oldest beyond ", size);
}

// "12 runs that ended more than 30d ago, with 40 logs and 900 objects (1.2 GiB)".
std::string ReportText(const json& report) {
  return Cat(Counted(report.value("runs", uint64_t{0}), "run", "runs"), " ", WhyText(report), ", with ",
             Counted(report.value("logs", uint64_t{0}), "log", "logs"), " and ",
             Counted(report.value("objects", uint64_t{0}), "object", "objects"), " (", SizeOf(report, "bytes"), ")");
}

void PrintNothing(const json& report) {
  const std::string age = TextAt(report, "older_than");
  std::printf("nothing to remove: %s%s%s\n", age.empty() ? "" : Cat("no run ended more than ", age, " ago").c_str(),
              age.empty() || report.at("size_bytes").is_null() ? "" : ", and ",
              report.at("size_bytes").is_null()
                  ? ""
                  : Cat("those that ended take at most ", SizeOf(report, "size_bytes")).c_str());
}

void PrintRuns(const json& report, bool all) {
  Table table({{"EXECUTION"}, {"PLACE"}, {"CREATED"}, {"SIZE"}});
  size_t rows = 0;
  for (const json& run : report.at("list")) {
    if (!all && ++rows > kRowsMost) break;
    table.Row({TextAt(run, "id"), Cat(TextAt(run, "project"), "/", TextAt(run, "domain")),
               TextAt(run, "created_at").substr(0, 19), SizeOf(run, "bytes")});
  }
  std::printf("\n");
  table.Print();
  const uint64_t shown = all ? report.at("list").size() : std::min(rows, kRowsMost),
                 every = report.value("runs", shown);
  if (every > shown) std::printf("and %llu more\n", static_cast<unsigned long long>(every - shown));
}

void PrintReport(const json& report, bool wide) {
  if (report.value("runs", 0) == 0) return PrintNothing(report);
  const bool dry = report.value("dry_run", false);
  std::printf("%s %s\n", dry ? "would remove" : "removed", ReportText(report).c_str());
  if (const auto kept = report.value("folders_kept", uint64_t{0}); kept > 0)
    std::printf("%s of objects %s: something that is cached lies there\n", Counted(kept, "folder", "folders").c_str(),
                kept == 1 ? "stays" : "stay");
  if (dry) PrintRuns(report, wide);
}

int RunGc(const Context& context, const GcValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  auto report = client->CollectGarbage(values.older_than, values.keep, true);
  if (!report) return Complain(report.error());
  if (!values.dry_run && report->value("runs", 0) > 0) {
    if (!values.yes) {
      if (context.printer.IsData() || !CanAsk())
        return Complain(kExitUsage, Cat("would remove ", ReportText(*report), "; --dry-run lists them, --yes does it"));
      if (!Agrees(Cat("remove ", ReportText(*report), "?"))) return std::printf("nothing was removed\n"), kExitOk;
    }
    report = CollectAll(*client, values);
    if (!report) return Complain(report.error());
  }
  if (context.printer.IsData()) {
    context.printer.Data(*report);
  } else {
    PrintReport(*report, context.printer.IsWide());
  }
  return kExitOk;
}

}  // namespace

Verb GcVerb() {
  return {"gc",
          kLife,
          "forget runs that ended long ago, with their logs and objects",
          "sandbox gc --older-than 30d --dry-run\nsandbox gc --keep 20Gi",
          "/list/*/id",
          With(GcOptions, RunGc),
          "retention purge expire cleanup"};
}

}  // namespace sandbox::cli
