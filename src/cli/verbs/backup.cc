#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/times.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

struct BackupValues {
  std::string file;
};

void BackupOptions(Options& options, BackupValues& values) {
  options.Argument("FILE", values.file, "a tar archive; it holds secrets with their key: keep it as safe as these");
}

void RestoreOptions(Options& options, BackupValues& values) {
  options.Argument("FILE", values.file, "what `sandbox backup` wrote");
}

void TellBackup(const Context& context, const char* done, const std::string& file, const home::BackedUp& report) {
  if (context.printer.IsData())
    return context.printer.Data(nlohmann::json{
        {"file", file}, {"home", context.home.root.string()}, {"files", report.files}, {"bytes", report.bytes}});
  std::printf("%s: %llu files, %s\n", done, static_cast<unsigned long long>(report.files),
              SizeText(static_cast<int64_t>(report.bytes)).c_str());
}

int RunBackup(const Context& context, const BackupValues& values) {
  const auto report = context.host.backup(context.home, values.file);
  if (!report) return Complain(report.error());
  TellBackup(context, Cat("wrote ", values.file).c_str(), values.file, *report);
  if (!context.printer.IsData())
    std::printf("`%s` puts it into an empty data directory\n",
                CommandLine(context, Cat("restore ", ShellQuote(values.file))).c_str());
  return kExitOk;
}

int RunRestore(const Context& context, const BackupValues& values) {
  const auto report = context.host.restore(context.home, values.file);
  if (!report) return Complain(report.error());
  TellBackup(context, Cat("restored ", context.home.root.string()).c_str(), values.file, *report);
  if (!context.printer.IsData())
    std::printf("`%s` goes on from there: what ran then is tried again\n", CommandLine(context, "start").c_str());
  return kExitOk;
}

}  // namespace

Verb BackupVerb() {
  return {"backup",
          kLife,
          "write everything into one file, also while it runs",
          "sandbox backup monday.tar",
          "/file",
          With(BackupOptions, RunBackup),
          "save export dump snapshot"};
}

Verb RestoreVerb() {
  return {"restore",
          kLife,
          "make an empty data directory what a backup holds",
          "sandbox restore monday.tar --name again",
          "/home",
          With(RestoreOptions, RunRestore),
          "unpack"};
}

}  // namespace sandbox::cli
