#include "cli/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/optional.hpp>
#include <boost/type_traits.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string_view>

// With the paths of the standard library these leave out the two headers of Boost above that they need.
#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>

namespace sandbox::cli {
namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;
using boost::system::error_code;

using Path = std::filesystem::path;
using CommandWords = const char* const*;

// A command of the user's gets every open file that this process was given, and ends with it.
struct AsThisProcess {
  error_code on_setup(process::posix::default_launcher& launcher, const Path&, CommandWords) const {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
      launcher.fd_whitelist.push_back(std::atoi(entry.path().filename().c_str()));
    return {};
  }
  // In the child.
  error_code on_exec_setup(process::posix::default_launcher&, const Path&, CommandWords) const {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    return {};
  }
};

// A process that stays: without this one's terminal and files. Boost closes only what is above its own pipe.
struct OnItsOwn {
  error_code on_exec_setup(process::posix::default_launcher&, const Path&, CommandWords) const {
    setsid();
    close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    return {};
  }
};

// Whether what is typed on the terminal, such as Ctrl-C, reaches this process and its children by itself.
bool IsOnTerminal() { return tcgetpgrp(STDIN_FILENO) == getpgrp(); }

Error CannotRun(const std::string& program, const std::string& why) {
  return {Code::kNotFound, "NOT_FOUND", Cat("cannot run ", program, ": ", why), SideEffect::kNone, {}};
}

// Variables beside this process's own, which they take the place of.
class WithVariables {
 public:
  explicit WithVariables(const std::vector<std::pair<std::string, std::string>>& more) {
    for (char** each = environ; *each != nullptr; ++each) {
      const std::string_view own = *each;
      const auto is_replaced = [&](const auto& other) { return own.starts_with(other.first + "="); };
      if (std::ranges::none_of(more, is_replaced)) texts_.emplace_back(own);
    }
    for (const auto& [name, value] : more) texts_.push_back(Cat(name, "=", value));
    for (const std::string& text : texts_) pointers_.push_back(text.c_str());
    pointers_.push_back(nullptr);
  }
  error_code on_setup(process::posix::default_launcher& launcher, const Path&, CommandWords) const {
    launcher.env = pointers_.data();
    return {};
  }

 private:
  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
};

}  // namespace

Path FindProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  return process::environment::find_executable(name);
}

Result<int> RunInForeground(const std::vector<std::string>& command) {
  const Path program = FindProgram(command[0]);
  if (program.empty()) return std::unexpected(CannotRun(command[0], std::strerror(ENOENT)));
  asio::io_context context;
  asio::signal_set signals(context, SIGTERM, SIGHUP, SIGINT);
  signals.add(SIGQUIT);
  error_code failure;
  process::process child = process::default_process_launcher()(
      context.get_executor(), failure, program, std::vector<std::string>(command.begin() + 1, command.end()),
      process::process_stdio{}, AsThisProcess());
  if (failure) return std::unexpected(CannotRun(command[0], failure.message()));
  const std::function<void(error_code, int)> pass_on = [&](error_code cancelled, int signal) {
    if (cancelled) return;
    if ((signal != SIGINT && signal != SIGQUIT) || !IsOnTerminal()) kill(child.id(), signal);
    signals.async_wait(pass_on);
  };
  signals.async_wait(pass_on);
  child.async_wait([&](error_code, int) { signals.cancel(); });
  context.run();
  const int status = child.native_exit_code();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Result<std::string> StartInBackground(const std::vector<std::string>& command, const Path& log) {
  const int log_fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log_fd < 0) return Internal(Cat("cannot open ", log.string(), ": ", std::strerror(errno)));
  error_code failure;
  asio::io_context context;
  asio::readable_pipe answer(context);
  process::process child = process::default_process_launcher()(
      context.get_executor(), failure, command[0], std::vector<std::string>(command.begin() + 1, command.end()),
      process::process_stdio{nullptr, answer, log_fd}, OnItsOwn());
  close(log_fd);
  if (failure) return std::unexpected(CannotRun(command[0], failure.message()));
  std::string text;
  asio::read_until(answer, asio::dynamic_buffer(text), '\n', failure);
  if (failure) {  // it has ended
    child.wait(failure);
    return std::string();
  }
  child.detach();
  return text.substr(0, text.find('\n'));
}

Result<std::string> OutputOf(const std::vector<std::string>& command, std::chrono::milliseconds limit,
                             const std::vector<std::pair<std::string, std::string>>& more) {
  constexpr size_t kOutputMax = 64 << 10;
  const Path program = FindProgram(command[0]);
  if (program.empty()) return std::unexpected(CannotRun(command[0], std::strerror(ENOENT)));
  const WithVariables variables(more);
  asio::io_context context;
  asio::readable_pipe output(context);
  error_code failure;
  process::process child = process::default_process_launcher()(
      context.get_executor(), failure, program, std::vector<std::string>(command.begin() + 1, command.end()),
      process::process_stdio{nullptr, output, nullptr}, variables, OnItsOwn());
  if (failure) return std::unexpected(CannotRun(command[0], failure.message()));
  std::string text;
  bool late = false;
  asio::steady_timer timer(context, limit);
  timer.async_wait([&](error_code cancelled) {
    if (cancelled) return;
    late = true;
    error_code ignored;
    output.close(ignored);
  });
  asio::async_read(output, asio::dynamic_buffer(text, kOutputMax), [&](error_code, size_t) { timer.cancel(); });
  context.run();
  kill(-child.id(), SIGKILL);  // OnItsOwn made it the first of its group
  child.wait(failure);
  if (late)
    return Fail(Code::kDeadlineExceeded, "TIMEOUT", Cat(command[0], " took longer than ", limit.count(), " ms"));
  return text;
}

Path ThisExecutable() {
  static constexpr char kLink[] = "/proc/self/exe";
  std::error_code failure;
  const Path named = std::filesystem::read_symlink(kLink, failure);  // lists of processes show this name
  return failure || !std::filesystem::exists(named, failure) ? Path(kLink) : named;
}

}  // namespace sandbox::cli
