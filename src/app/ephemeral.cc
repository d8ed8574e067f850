#include "app/ephemeral.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>

#include "app/remove_containers.h"
#include "home/instances.h"
#include "sandbox/base/log.h"

namespace sandbox::app {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartsWithin = std::chrono::minutes(1);  // between the directory and its lock

bool IsOld(const fs::path& path) {
  std::error_code failure;
  const auto written = fs::last_write_time(path, failure);
  return failure || fs::file_time_type::clock::now() - written > kStartsWithin;
}

// The lock of a data directory where nobody runs; held until the end of this object.
class Abandoned {
 public:
  explicit Abandoned(const home::Home& home) : fd_(open(home.Lock().c_str(), O_RDWR | O_CLOEXEC)) {
    // Another user's cannot be opened.
    is_ = fd_ >= 0 ? flock(fd_, LOCK_EX | LOCK_NB) == 0 : errno == ENOENT && IsOld(home.root);
  }
  ~Abandoned() {
    if (fd_ >= 0) close(fd_);
  }
  Abandoned(const Abandoned&) = delete;
  Abandoned& operator=(const Abandoned&) = delete;
  explicit operator bool() const { return is_; }

 private:
  int fd_;
  bool is_ = false;
};

}  // namespace

void RemoveEphemeralHome(const home::Home& home) {
  std::error_code failure;
  fs::remove_all(home.root, failure);
  if (failure)
    return Log(LogLevel::kWarning, "ephemeral", Cat("cannot remove ", home.root.string(), ": ", failure.message()));
  home::Forget(home);
}

// Whatever the engine says the directory goes: containers have their owner's label, by which a later start finds them.
void RemoveEphemeral(const home::Home& home, const std::string& docker_socket) {
  if (const auto removed = RemoveContainers(home, docker_socket); !removed)
    Log(LogLevel::kWarning, "ephemeral",
        Cat("containers may be left until the next start of a sandbox: ", removed.error().message));
  RemoveEphemeralHome(home);
}

void SweepEphemeral(const std::string& docker_socket) {
  if (docker_socket.empty()) return;
  for (const home::Home& home : home::EphemeralHomes()) {
    const Abandoned abandoned(home);
    if (!abandoned) continue;
    Log(LogLevel::kInfo, "ephemeral", Cat("removes what a killed sandbox left: ", home.root.string()));
    RemoveEphemeral(home, docker_socket);
  }
  const auto removed = RemoveOwnerless(docker_socket);
  if (removed && *removed > 0)
    Log(LogLevel::kInfo, "ephemeral", Cat("removed ", *removed, " container(s) of sandboxes that were killed"));
  if (!removed) Log(LogLevel::kWarning, "ephemeral", removed.error().message);
}

}  // namespace sandbox::app
