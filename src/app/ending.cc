#include "app/ending.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "sandbox/base/error.h"
#include "sandbox/base/log.h"

namespace sandbox::app {
namespace {

constexpr int kLookAtParentMs = 200;  // where the kernel does not tell of its end

}  // namespace

Ending::Ending(bool with_parent, std::function<void()> abandon) : abandon_(std::move(abandon)) {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  signals_ = signalfd(-1, &ending, SFD_CLOEXEC);
  stop_ = eventfd(0, EFD_CLOEXEC);
  if (with_parent && getppid() > 0) {
    parent_pid_ = getppid();
    parent_ = static_cast<int>(syscall(SYS_pidfd_open, parent_pid_, 0));
  }
  thread_ = std::thread([this] { Watch(); });
}

Ending::~Ending() {
  const uint64_t one = 1;
  if (write(stop_, &one, sizeof one) != sizeof one) std::terminate();
  thread_.join();
  for (int fd : {signals_, parent_, stop_}) {
    if (fd >= 0) close(fd);
  }
}

void Ending::Watch() {
  while (true) {
    // A parent that ended before it could be watched has left this process to another one.
    if (parent_pid_ != 0 && getppid() != parent_pid_) return Come("the parent process has ended", 128 + SIGTERM);
    pollfd files[] = {{signals_, POLLIN, 0}, {stop_, POLLIN, 0}, {parent_, POLLIN, 0}};
    const bool looks = parent_pid_ != 0 && parent_ < 0;
    if (poll(files, 3, looks ? kLookAtParentMs : -1) < 0) continue;
    if (files[1].revents != 0) return;
    signalfd_siginfo info{};
    if (files[0].revents != 0 && read(signals_, &info, sizeof info) == sizeof info)
      return Come(Cat("signal ", info.ssi_signo), 128 + static_cast<int>(info.ssi_signo));
    if (files[2].revents != 0) return Come("the parent process has ended", 128 + SIGTERM);
  }
}

void Ending::Come(const std::string& why, int exit_code) {
  std::lock_guard lock(mutex_);
  why_ = why;
  if (armed_) return changed_.notify_all();
  // What the start has done so far is what kill -9 would leave: nothing that the next one cannot go on with.
  Log(LogLevel::kInfo, "stop", Cat(why, " during the start"));
  abandon_();
  _exit(exit_code);
}

void Ending::Arm() {
  std::lock_guard lock(mutex_);
  armed_ = true;
}

std::string Ending::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !why_.empty(); });
  return why_;
}

}  // namespace sandbox::app
