#include "app/serve.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <thread>

#include "app/config.h"
#include "app/platform.h"
#include "cli/version.h"
#include "sandbox/base/log.h"
#include "sandbox/base/time.h"

namespace sandbox::app {
namespace {

// One line a message on standard error, which the background process has on its log file.
void InstallLog() {
  SetLogSink([](LogLevel level, std::string_view component, std::string_view message) {
    if (level == LogLevel::kDebug) return;
    static constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
    const std::string when =
        FormatRfc3339(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    std::fprintf(stderr, "%s %s %.*s: %.*s\n", when.c_str(), kNames[static_cast<int>(level)],
                 static_cast<int>(component.size()), component.data(), static_cast<int>(message.size()),
                 message.data());
  });
}

// Tells the waiting `start`: byte 0 for ready, else the exit code and why.
int Report(int ready_fd, cli::ExitCode code, const std::string& text) {
  if (ready_fd < 0) return code == cli::kExitOk ? cli::kExitOk : cli::Complain(code, text);
  if (code != cli::kExitOk) Log(LogLevel::kError, "start", text);
  const std::string message = std::string(1, static_cast<char>(code)) + text;
  if (write(ready_fd, message.data(), message.size()) < 0)
    Log(LogLevel::kWarning, "start", "nobody waits for the start any more");
  close(ready_fd);
  return code;
}

cli::ExitCode ExitCodeOf(const Error& error) {
  if (error.reason == "PORT_TAKEN") return cli::kExitPortTaken;
  if (error.reason == "STATE_NEWER" || error.reason == "STATE_LOCKED") return cli::kExitStateLocked;
  if (error.reason == "BAD_CONFIG" || error.reason == "BAD_PRESET") return cli::kExitUsage;
  return cli::kExitOther;
}

// By default the C library returns memory to the system after nearly every request, only to fault it in again for the
// next: a tenth of the server's time. A few arenas that keep a little cost less.
void TuneAllocator() {
  mallopt(M_ARENA_MAX, 4);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);  // the setting above ends its own adjustment
}

// Held until the process ends.
Status LockHome(const cli::Home& home) {
  const int fd = open(home.Lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return Internal(Cat("cannot open ", home.Lock().string(), ": ", std::strerror(errno)));
  // Patience: other verbs look at the lock, and a process that was killed (it left its file) holds it until its last
  // thread is out.
  const bool killed = std::filesystem::exists(home.Runtime()) && !cli::ReadRuntime(home);
  const int tries = killed ? 2000 : 100;
  bool locked = false;
  for (int i = 0; i < tries && !locked; ++i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
  }
  if (!locked) {
    close(fd);
    return Fail(
        Code::kFailedPrecondition, "STATE_LOCKED",
        Cat("the data directory ", home.root.string(), " is in use by another process; choose another with --home"));
  }
  return {};
}

}  // namespace

int Serve(const cli::Common& common, const cli::StartOptions& options, int ready_fd) {
  InstallLog();
  TuneAllocator();
  signal(SIGPIPE, SIG_IGN);
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);  // before any thread: they inherit it

  if (Status locked = LockHome(common.home); !locked)
    return Report(ready_fd, ExitCodeOf(locked.error()), locked.error().message);
  auto config = LoadConfig(common.home.Config(), options.preset);
  if (!config) return Report(ready_fd, ExitCodeOf(config.error()), config.error().message);
  auto platform = Platform::Open(common.home, *config, options);
  if (!platform) return Report(ready_fd, ExitCodeOf(platform.error()), platform.error().message);

  cli::RuntimeInfo info = (*platform)->Info();
  info.pid = getpid();
  info.version = kVersion;
  info.preset = config->preset;
  info.started_at_unix = std::time(nullptr);
  if (Status written = cli::WriteRuntime(common.home, info); !written)
    return Report(ready_fd, cli::kExitOther, written.error().message);
  Log(LogLevel::kInfo, "start",
      Cat("version ", kVersion, " listens on ", info.port, " and ", info.s3_port, ", state in ",
          common.home.root.string()));
  Report(ready_fd, cli::kExitOk, "");
  if (options.foreground) {
    PublishClientConfigs(common, info);
    cli::PrintBanner(common, info, false);
    std::fflush(stdout);
  }

  int received = 0;
  sigwait(&ending, &received);
  Log(LogLevel::kInfo, "stop", Cat("signal ", received));
  std::error_code ignored;
  std::filesystem::remove(common.home.Runtime(), ignored);
  (*platform)->Close();
  Log(LogLevel::kInfo, "stop", "done");
  return cli::kExitOk;
}

}  // namespace sandbox::app
