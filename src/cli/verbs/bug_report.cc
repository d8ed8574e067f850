#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/archive.h"
#include "cli/client_config.h"
#include "cli/examination.h"
#include "cli/redact.h"
#include "cli/times.h"
#include "cli/verbs/all.h"
#include "home/version.h"
#include "secrets/file_secrets.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

constexpr int kExecutionsTold = 20;
constexpr std::streamoff kLogTold = 512 * 1024;

struct BugReportValues {
  std::string file;
};

void BugReportOptions(Options& options, BugReportValues& values) {
  options.Text("--file", "FILE", values.file, "where the archive goes; else sandbox-report-TIME.tar in this folder");
}

using Files = std::vector<std::pair<std::string, std::string>>;

std::string EndOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return "";
  const std::streamoff size = file.tellg();
  file.seekg(std::max<std::streamoff>(0, size - kLogTold));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Pretty(const Result<json>& answer) {
  const json data = answer ? *answer : json{{"error", answer.error().message}};
  return data.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

// What they are and how they ended; no inputs and no outputs.
Result<json> ExecutionsTold(Client& client) {
  const auto answer = client.Executions(Place{}, kExecutionsTold);
  if (!answer) return answer;
  json out = json::array();
  for (const json& each : answer->value("executions", json::array())) {
    const json closure = ObjectAt(each, {"closure"}), error = ObjectAt(closure, {"error"});
    out.push_back({{"id", TextAt(ObjectAt(each, {"id"}), "name")},
                   {"launch_plan", TextAt(ObjectAt(each, {"spec", "launch_plan"}), "name")},
                   {"phase", TextAt(closure, "phase")},
                   {"started_at", TextAt(closure, "started_at")},
                   {"duration", TextAt(closure, "duration")},
                   {"error", TextAt(error, "message")}});
  }
  return out;
}

Files Gathered(const Context& context) {
  Files out;
  out.emplace_back("version.json", Pretty(json{{"version", kVersion}, {"flyte", kFlyteVersion}}));
  auto client = home::ReadRuntime(context.home)
                    ? context.Connect()
                    : Result<Client>(Fail(Code::kUnavailable, "NOT_RUNNING", "no sandbox runs"));
  if (client) {
    out.emplace_back("status.json", Pretty(client->StatusReport()));
    out.emplace_back("settings.json", Pretty(client->Settings()));
    out.emplace_back("images.json", Pretty(client->Images()));
    out.emplace_back("executions.json", Pretty(ExecutionsTold(*client)));
  }
  out.emplace_back("doctor.json", Pretty(Examine(context)));
  out.emplace_back("config.yaml", EndOf(context.home.Config()));
  out.emplace_back("sandbox.log", EndOf(context.home.LogFile()));
  return out;
}

// The values of this sandbox's secrets, and the passwords that its clients use.
std::vector<std::string> SecretValuesOf(const Context& context) {
  std::vector<std::string> out = {"miniostorage"};
  secrets::FileSecrets store(context.home.Secrets());
  const auto stored = store.List();
  if (!stored) return out;
  for (const auto& secret : *stored) {
    const auto value = store.Find(secret.name);
    if (!value || !*value) continue;
    out.push_back(**value);
    while (out.back().ends_with('\n')) out.back().pop_back();
  }
  return out;
}

// For its owner only, and not over what is there.
Status WriteNew(const std::string& path, const std::string& bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return Internal(Cat("cannot write ", path, ": ", std::strerror(errno), "; --file names another"));
  size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t some = write(fd, bytes.data() + written, bytes.size() - written);
    if (some <= 0) break;
    written += static_cast<size_t>(some);
  }
  close(fd);
  return written == bytes.size() ? Status() : Internal(Cat("cannot write ", path, ": ", std::strerror(errno)));
}

int RunBugReport(const Context& context, const BugReportValues& values) {
  const std::time_t now = std::time(nullptr);
  std::string path = values.file;
  if (path.empty()) {
    char name[64];
    std::tm parts{};
    std::strftime(name, sizeof name, "sandbox-report-%Y%m%d-%H%M%S.tar", gmtime_r(&now, &parts));
    path = name;
  }
  Files files = Gathered(context);
  const std::vector<std::string> secret = SecretValuesOf(context);
  json names = json::array();
  for (auto& [name, content] : files) {
    content = Redact(std::move(content), secret);
    names.push_back(name);
  }
  if (Status written = WriteNew(path, TarOf(files, now)); !written) return Complain(written.error());
  if (context.printer.IsData()) return context.printer.Data(json{{"file", path}, {"contents", names}}), kExitOk;
  std::printf("%s\n", path.c_str());
  if (context.quiet) return kExitOk;
  std::fprintf(stderr,
               "It has the versions, what doctor found, settings, the newest executions (no inputs, no outputs)\n"
               "and the end of the log; values of secrets and passwords are taken out. Look through it before\n"
               "you give it away: tar -xOf %s | less\n",
               ShellQuote(path).c_str());
  return kExitOk;
}

}  // namespace

Verb BugReportVerb() {
  return {"bug-report",
          kLife,
          "an archive to give to who can help, without values of secrets",
          "sandbox bug-report --file report.tar",
          "/file",
          With(BugReportOptions, RunBugReport),
          "bugreport report support issue"};
}

}  // namespace sandbox::cli
