#include "home/home.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

namespace sandbox::home {
namespace {

constexpr size_t kNameMax = 32;
constexpr std::string_view kDefaultName = "default", kNamedPrefix = "sandbox-";

std::filesystem::path UserHome() {
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return home;
  if (const passwd* user = getpwuid(getuid()); user != nullptr) return user->pw_dir;
  return "/";
}

// Lower-case letters, digits and dashes, with a letter or digit at both ends.
bool IsName(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= kNameMax && plain(text.front()) && plain(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return plain(c) || c == '-'; });
}

std::filesystem::path Canonical(const std::filesystem::path& path) {
  std::error_code failure;
  const std::filesystem::path out = std::filesystem::weakly_canonical(path, failure);
  return failure ? path : out;
}

// Killed, but a thread of it is still on its way out or nobody has reaped it.
bool IsDying(int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const size_t end = text.rfind(')');
  return end != std::string::npos && end + 2 < text.size() && (text[end + 2] == 'Z' || text[end + 2] == 'X');
}

}  // namespace

Home Home::Resolve(const std::string& option) {
  if (!option.empty()) return {std::filesystem::absolute(option).lexically_normal()};
  if (const char* home = std::getenv("SANDBOX_HOME"); home != nullptr && *home != '\0')
    return {std::filesystem::absolute(home).lexically_normal()};
  return {UserHome() / ".flyte" / "sandbox"};
}

Result<Home> Home::Named(const std::string& name) {
  if (name == kDefaultName) return Home{UserHome() / ".flyte" / "sandbox"};
  if (!IsName(name))
    return Fail(Code::kInvalidArgument, "BAD_VALUE",
                Cat("--name: '", name, "' is no name; use lower-case letters, digits and dashes, at most ", kNameMax));
  return Home{UserHome() / ".flyte" / Cat(kNamedPrefix, name)};
}

bool Home::IsDefault() const { return Canonical(root) == Canonical(UserHome() / ".flyte" / "sandbox"); }

std::string Home::Name() const {
  if (IsDefault()) return std::string(kDefaultName);
  const std::filesystem::path full = Canonical(root);
  const std::string last = full.filename();
  if (full.parent_path() != Canonical(UserHome() / ".flyte") || !last.starts_with(kNamedPrefix)) return "";
  const std::string name = last.substr(kNamedPrefix.size());
  return IsName(name) ? name : "";
}

Status Prepare(const Home& home) {
  std::error_code failure;
  std::filesystem::create_directories(home.root, failure);
  if (!failure && access(home.root.c_str(), W_OK | X_OK) != 0) failure = {errno, std::system_category()};
  if (!failure) return {};
  return Fail(Code::kFailedPrecondition, "HOME_NOT_WRITABLE",
              Cat("the data directory ", home.root.string(), " cannot be written: ", failure.message(),
                  "; make it writable for ", getuid() == 0 ? "root" : "this user",
                  ", or choose another with --home DIRECTORY or SANDBOX_HOME"));
}

std::filesystem::path SharedClientConfig() { return UserHome() / ".flyte" / "config-sandbox.yaml"; }

Status WriteRuntime(const Home& home, const RuntimeInfo& info) {
  const nlohmann::json json = {
      {"pid", info.pid},
      {"version", info.version},
      {"preset", info.preset},
      {"port", info.port},
      {"s3_port", info.s3_port},
      {"registry_port", info.registry_port},
      {"docker_socket", info.docker_socket},
      {"docker_note", info.docker_note},
      {"started_at", info.started_at_unix},
  };
  const std::filesystem::path temporary = home.Runtime().string() + ".new";
  std::ofstream file(temporary);
  file << json.dump(2) << "\n";
  file.close();
  std::error_code failure;
  std::filesystem::rename(temporary, home.Runtime(), failure);
  if (!file || failure) return Internal(Cat("cannot write ", home.Runtime().string()));
  return {};
}

std::optional<RuntimeInfo> ReadRuntime(const Home& home) {
  std::ifstream file(home.Runtime());
  const nlohmann::json json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  RuntimeInfo info;
  info.pid = json.value("pid", int64_t{0});
  info.version = json.value("version", "");
  info.preset = json.value("preset", "");
  info.port = json.value("port", uint16_t{0});
  info.s3_port = json.value("s3_port", uint16_t{0});
  info.registry_port = json.value("registry_port", uint16_t{0});
  info.docker_socket = json.value("docker_socket", "");
  info.docker_note = json.value("docker_note", "");
  info.started_at_unix = json.value("started_at", int64_t{0});
  if (info.pid <= 0 || kill(static_cast<pid_t>(info.pid), 0) != 0 || IsDying(info.pid) || !IsLocked(home))
    return std::nullopt;
  return info;
}

std::optional<RuntimeInfo> AwaitRuntime(const Home& home) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (true) {
    auto info = ReadRuntime(home);
    if (info || !IsLocked(home) || std::chrono::steady_clock::now() >= deadline) return info;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

bool IsLocked(const Home& home) {
  const int fd = open(home.Lock().c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = flock(fd, LOCK_SH | LOCK_NB) != 0;
  close(fd);
  return held;
}

}  // namespace sandbox::home
