#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "app/serve.h"
#include "cli/client_config.h"

namespace sandbox::app {
namespace {

// The background process: own session, standard streams on the log file, everything else closed.
int Daemonize(const cli::Common& common, const cli::StartOptions& options, int ready_fd) {
  setsid();
  const int null = open("/dev/null", O_RDONLY);
  const int log = open(common.home.LogFile().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  dup2(null, STDIN_FILENO);
  if (log >= 0) {
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
  }
  for (int fd = 3; fd < 256; ++fd) {
    if (fd != ready_fd) close(fd);
  }
  return Serve(common, options, ready_fd);
}

// One byte 0 for ready, or the exit code and a text.
struct Readiness {
  int code = cli::kExitOther;
  std::string text;
};

Readiness AwaitReadiness(int fd) {
  std::string all;
  char buffer[4096];
  ssize_t got = 0;
  while ((got = read(fd, buffer, sizeof buffer)) > 0) {
    all.append(buffer, static_cast<size_t>(got));
    if (all[0] == 0) return {cli::kExitOk, ""};
  }
  if (all.empty()) return {cli::kExitOther, "the sandbox ended before it was ready"};
  return {all[0], all.substr(1)};
}

}  // namespace

void PublishClientConfigs(const cli::Common& common, const cli::RuntimeInfo& info) {
  std::vector<std::string> notes;
  if (Status written = cli::WriteClientConfigs(common.home, info, notes); !written)
    std::fprintf(stderr, "warning: %s\n", written.error().message.c_str());
  for (const std::string& note : notes) std::fprintf(stderr, "note: %s\n", note.c_str());
}

int StartVerb(const cli::Common& common, const cli::StartOptions& options) {
  if (const auto running = cli::ReadRuntime(common.home)) {
    PublishClientConfigs(common, *running);
    return cli::PrintBanner(common, *running, true);
  }
  std::error_code failure;
  std::filesystem::create_directories(common.home.root, failure);
  if (failure)
    return cli::Complain(cli::kExitOther, Cat("cannot make ", common.home.root.string(), ": ", failure.message()));
  if (options.foreground) return Serve(common, options, -1);

  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) return cli::Complain(cli::kExitOther, "cannot make a pipe");
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) return cli::Complain(cli::kExitOther, "cannot fork");
  if (child == 0) {
    close(ready[0]);
    _exit(Daemonize(common, options, ready[1]));
  }
  close(ready[1]);
  const Readiness readiness = AwaitReadiness(ready[0]);
  close(ready[0]);
  if (readiness.code != cli::kExitOk) {
    waitpid(child, nullptr, WNOHANG);
    return cli::Complain(static_cast<cli::ExitCode>(readiness.code),
                         Cat(readiness.text, "\nlog: ", common.home.LogFile().string()));
  }
  const auto info = cli::ReadRuntime(common.home);
  if (!info)
    return cli::Complain(cli::kExitOther,
                         Cat("the sandbox ended right after it started; see ", common.home.LogFile().string()));
  std::string why;
  if (!cli::WaitUntilServing(*info, 20000, why))
    return cli::Complain(cli::kExitTimeout,
                         Cat("the sandbox runs but ", why, " does not answer; see ", common.home.LogFile().string()));
  PublishClientConfigs(common, *info);
  return cli::PrintBanner(common, *info, false);
}

}  // namespace sandbox::app
