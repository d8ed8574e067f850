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
#include <memory>
#include <thread>
#include <utility>

#include "app/config.h"
#include "app/config_places.h"
#include "app/ending.h"
#include "app/ephemeral.h"
#include "app/log_file.h"
#include "app/platform.h"
#include "docker/engine_address.h"
#include "home/instances.h"
#include "home/version.h"
#include "sandbox/base/log.h"

namespace sandbox::app {
namespace {

// By default the C library returns memory to the system after nearly every request, only to fault it in again for the
// next: a tenth of the server's time. A few arenas that keep a little cost less.
void TuneAllocator() {
  mallopt(M_ARENA_MAX, 4);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);  // the setting above ends its own adjustment
}

// Held until the process ends.
Status LockHome(const home::Home& home) {
  const int fd = open(home.Lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) {
    const std::string why = std::strerror(errno);
    if (Status prepared = home::Prepare(home); !prepared) return prepared;
    return Fail(Code::kFailedPrecondition, "HOME_NOT_WRITABLE", Cat("cannot open ", home.Lock().string(), ": ", why));
  }
  // Patience: other verbs look at the lock, and a process that was killed (it left its file) holds it until its last
  // thread is out.
  const bool killed = std::filesystem::exists(home.Runtime()) && !home::ReadRuntime(home);
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

// Everything opened and listening, and runtime.json written.
Result<std::unique_ptr<Platform>> Open(const home::Home& home, const home::StartOptions& options) {
  if (Status locked = LockHome(home); !locked) return std::unexpected(std::move(locked.error()));
  // An ephemeral one first of all: whoever starts next finds what is left of it.
  if (Status known = home::Remember({home, kVersion, options.ephemeral}); !known)
    Log(LogLevel::kWarning, "start", Cat("`sandbox instances` may not list this one: ", known.error().message));
  auto config = LoadConfig(home.Config(), options);
  if (!config) return std::unexpected(std::move(config.error()));
  if (const auto engine = docker::ParseEngineAddress(options.docker_host); !engine && !options.docker_host.empty())
    return Fail(Code::kInvalidArgument, "BAD_CONFIG", Cat("--docker-host: ", engine.error().message));
  SetLeastLevel(config->log_level);
  SetLogFormat(config->log_json ? LogFormat::kJson : LogFormat::kText);
  auto projects = config->registry.projects;
  if (Status added = AddProjects(options.projects, projects); !added) return std::unexpected(std::move(added.error()));
  config->projects_of_command = options.projects;
  auto platform = Platform::Open(home, *config, options);
  if (!platform) return platform;
  home::RuntimeInfo info = (*platform)->Info();
  info.pid = getpid();
  info.version = kVersion;
  info.preset = config->preset;
  info.started_at_unix = std::time(nullptr);
  if (Status written = home::WritePorts(home, (*platform)->Ports()); !written)
    return std::unexpected(std::move(written.error()));
  if (Status written = home::WriteRuntime(home, info); !written) return std::unexpected(std::move(written.error()));
  Log(LogLevel::kInfo, "start",
      Cat("version ", kVersion, " listens on ", info.port, ", ", info.s3_port, " and ", info.registry_port,
          ", state in ", home.root.string()));
  return platform;
}

// Until its end.
Status Run(const home::Home& home, const home::StartOptions& options,
           const std::function<void(const home::RuntimeInfo&)>& ready, std::string& docker_socket) {
  Ending ending(options.ephemeral, [home, options] {
    std::error_code ignored;
    std::filesystem::remove(home.Runtime(), ignored);
    if (options.ephemeral) RemoveEphemeralHome(home);
  });
  auto platform = Open(home, options);
  if (!platform) {
    Log(LogLevel::kError, "start", platform.error().message);
    return std::unexpected(std::move(platform.error()));
  }
  ending.Arm();
  docker_socket = (*platform)->Info().docker_socket;
  if (const auto info = home::ReadRuntime(home)) ready(*info);
  const std::jthread sweep([docker_socket] { SweepEphemeral(docker_socket); });
  Log(LogLevel::kInfo, "stop", ending.Wait());
  std::error_code ignored;
  std::filesystem::remove(home.Runtime(), ignored);
  (*platform)->Close();
  Log(LogLevel::kInfo, "stop", "done");
  return {};
}

}  // namespace

Status Serve(const home::Home& home, const home::StartOptions& options,
             const std::function<void(const home::RuntimeInfo&)>& ready) {
  InstallLog(home.LogFile());
  TuneAllocator();
  signal(SIGPIPE, SIG_IGN);
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);  // before any thread: they inherit it

  std::string docker_socket;
  Status served = Run(home, options, ready, docker_socket);
  if (options.ephemeral) RemoveEphemeral(home, docker_socket);
  return served;
}

}  // namespace sandbox::app
