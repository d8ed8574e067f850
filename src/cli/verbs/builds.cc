#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "builds/record.h"
#include "cli/table.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using builds::BuildRecord;

struct BuildsValues {
  std::string build;
  bool log = false;
};

void BuildsOptions(Options& options, BuildsValues& values) {
  options.OptionalArgument("BUILD", values.build, "its id, the beginning of it, or @latest");
  options.Flag("--log", values.log, "print what it said");
}

std::string TagsOf(const BuildRecord& record) {
  std::string out;
  for (const std::string& tag : record.tags) out += Cat(out.empty() ? "" : ", ", tag);
  return out;
}

std::string AgeOf(Instant time) {
  return Age(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now() - time).count());
}

std::string TookOf(const BuildRecord& record) {
  return record.ended_at ? Took(std::chrono::duration<double>(*record.ended_at - record.started_at).count()) : "";
}

std::string StepsOf(const BuildRecord& record) {
  return record.steps_total ? Cat(record.steps.empty() ? 0 : record.steps.back().number, "/", *record.steps_total)
                            : std::string();
}

int PrintBuilds(const Context& context, const std::vector<BuildRecord>& found) {
  nlohmann::json list = nlohmann::json::array();
  Table table({{"BUILD"},
               {"STATE", Table::Cut::kNever, true},
               {"IMAGE", Table::Cut::kStart},
               {"STEPS"},
               {"AGE"},
               {"TOOK"},
               {.title = "ID OF IMAGE", .wide = true},
               {.title = "CONTEXT", .cut = Table::Cut::kStart, .wide = true}});
  for (const BuildRecord& record : found) {
    list.push_back(builds::ToJson(record));
    table.Row({record.id, std::string(builds::StateName(record.state)), TagsOf(record), StepsOf(record),
               AgeOf(record.started_at), TookOf(record), record.image_id, record.context});
  }
  if (context.printer.IsData()) {
    context.printer.Data(nlohmann::json{{"builds", list}});
  } else if (found.empty()) {
    std::printf("no builds; make one: %s\n", CommandLine(context, "build . -t NAME:TAG").c_str());
  } else {
    table.Print(context.printer.IsWide());
  }
  return kExitOk;
}

void PrintBuild(const Context& context, const BuildRecord& record) {
  std::printf("%s  %s  %s\n", record.id.c_str(), builds::StateName(record.state).data(), TagsOf(record).c_str());
  std::printf("context     %s\ndockerfile  %s\n", record.context.c_str(), record.dockerfile.c_str());
  if (!record.image_id.empty()) std::printf("image       %s\n", record.image_id.c_str());
  std::printf("started     %s ago%s%s\n\n", AgeOf(record.started_at).c_str(), record.ended_at ? ", took " : "",
              TookOf(record).c_str());
  Table table({{"STEP"}, {"STATE", Table::Cut::kNever, true}, {"TOOK"}, {"EXIT"}, {"INSTRUCTION", Table::Cut::kEnd}});
  for (const builds::BuildStep& step : record.steps)
    table.Row({std::to_string(step.number), step.cached ? "cached" : std::string(builds::StateName(step.state)),
               step.duration_ms ? Took(static_cast<double>(*step.duration_ms) / 1000) : "",
               step.exit_code ? std::to_string(*step.exit_code) : "", step.instruction});
  if (!table.Empty()) table.Print(context.printer.IsWide());
  if (record.failure) {
    std::printf("\n%s\n", record.failure->message.c_str());
    for (const std::string& line : record.failure->lines) std::printf("  | %s\n", line.c_str());
  }
  std::printf("\nlog:   %s\nagain: %s\n", CommandLine(context, Cat("builds ", record.id, " --log")).c_str(),
              record.command.c_str());
}

int PrintBuildLog(const Context& context, const BuildRecord& record) {
  std::ifstream log(builds::BuildFolder{context.home.Builds() / record.id}.Log(), std::ios::binary);
  if (!log) return Complain(kExitOther, Cat("build ", record.id, " has no log"));
  char piece[64 * 1024];
  while (log.read(piece, sizeof piece) || log.gcount() > 0)
    std::fwrite(piece, 1, static_cast<size_t>(log.gcount()), stdout);
  return kExitOk;
}

Result<BuildRecord> FindBuild(const Context& context, const std::vector<BuildRecord>& all, const std::string& word) {
  const std::string list = CommandLine(context, "builds");
  if (word == "@latest" && !all.empty()) return all.front();
  std::vector<const BuildRecord*> found;
  for (const BuildRecord& record : all) {
    if (record.id == word) return record;
    if (record.id.starts_with(word)) found.push_back(&record);
  }
  if (found.size() == 1) return *found.front();
  if (found.empty())
    return NotFound(Cat("there is no build ", word, "; ", list, " lists the newest ", builds::kBuildsKept));
  return NotFound(Cat(found.size(), " builds begin with ", word, "; ", list, " lists them"));
}

int RunBuilds(const Context& context, const BuildsValues& values) {
  const std::vector<BuildRecord> all = builds::ListBuilds(context.home.Builds());
  if (values.build.empty() && !values.log) return PrintBuilds(context, all);
  const auto found = FindBuild(context, all, values.build.empty() ? "@latest" : values.build);
  if (!found) return Complain(found.error());
  if (values.log) return PrintBuildLog(context, *found);
  if (context.printer.IsData()) {
    context.printer.Data(builds::ToJson(*found));
  } else {
    PrintBuild(context, *found);
  }
  return kExitOk;
}

}  // namespace

Verb BuildsVerb() {
  return {"builds",
          kImages,
          "the newest builds, or one with its steps and its log",
          "sandbox builds\nsandbox builds @latest --log",
          "/builds/*/id|/id",
          With(BuildsOptions, RunBuilds),
          "buildlog"};
}

}  // namespace sandbox::cli
