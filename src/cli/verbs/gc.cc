#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/ask.h"
#include "cli/times.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct GcValues {
  std::string older_than;
  bool dry_run = false, yes = false;
};

void GcOptions(Options& options, GcValues& values) {
  options.Text("--older-than", "AGE", values.older_than, "since they ended: 12h, 30d; default: config.yaml's");
  options.Flag("--dry-run", values.dry_run, "print what would go, and remove nothing");
  options.Flag("-y,--yes", values.yes, "do not ask");
}

constexpr std::array kSums = {"runs", "executions", "logs", "objects", "bytes", "folders_kept"};

// The sums of the calls that one collection takes, as one report.
Result<json> CollectAll(Client& client, const std::string& older_than) {
  json sum;
  do {
    auto part = client.CollectGarbage(older_than, false);
    if (!part) return part;
    if (sum.is_null()) {
      sum = std::move(*part);
      continue;
    }
    for (const char* name : kSums) sum[name] = sum.value(name, uint64_t{0}) + part->value(name, uint64_t{0});
    sum["more"] = (*part)["more"];
  } while (sum.value("more", false));
  return sum;
}

std::string Counted(uint64_t count, const char* one, const char* many) {
  return Cat(count, " ", count == 1 ? one : many);
}

// "12 runs that ended more than 30d ago, with 40 logs and 900 objects (1.2 GiB)".
std::string ReportText(const json& report) {
  return Cat(Counted(report.value("runs", uint64_t{0}), "run", "runs"), " that ended more than ",
             report.value("older_than", ""), " ago, with ", Counted(report.value("logs", uint64_t{0}), "log", "logs"),
             " and ", Counted(report.value("objects", uint64_t{0}), "object", "objects"), " (",
             SizeText(report.value("bytes", int64_t{0})), ")");
}

void PrintReport(const json& report) {
  if (report.value("runs", 0) == 0) {
    std::printf("nothing to remove: no run ended more than %s ago\n", report.value("older_than", "").c_str());
    return;
  }
  std::printf("%s %s\n", report.value("dry_run", false) ? "would remove" : "removed", ReportText(report).c_str());
  if (const auto kept = report.value("folders_kept", uint64_t{0}); kept > 0)
    std::printf("%s of objects %s: something that is cached lies there\n", Counted(kept, "folder", "folders").c_str(),
                kept == 1 ? "stays" : "stay");
}

int RunGc(const Context& context, const GcValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  auto report = client->CollectGarbage(values.older_than, true);
  if (!report) return Complain(report.error());
  if (!values.dry_run && report->value("runs", 0) > 0) {
    if (!values.yes) {
      if (context.printer.IsData() || !CanAsk())
        return Complain(kExitUsage,
                        Cat("would remove ", ReportText(*report), "; --dry-run counts them, --yes does it"));
      if (!Agrees(Cat("remove ", ReportText(*report), "?"))) return std::printf("nothing was removed\n"), kExitOk;
    }
    report = CollectAll(*client, values.older_than);
    if (!report) return Complain(report.error());
  }
  if (context.printer.IsData()) {
    context.printer.Data(*report);
  } else {
    PrintReport(*report);
  }
  return kExitOk;
}

}  // namespace

Verb GcVerb() {
  return {"gc",
          kLife,
          "forget runs that ended long ago, with their logs and objects",
          "sandbox gc --older-than 30d --dry-run",
          kNoNames,
          With(GcOptions, RunGc),
          "retention purge expire cleanup"};
}

}  // namespace sandbox::cli
