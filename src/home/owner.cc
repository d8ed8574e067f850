#include "home/owner.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::home {
namespace {

constexpr std::string_view kFirstNamespace = "pid:[4026531836]";  // of processes, of a machine that is no container

std::string FirstWord(const char* file) {
  std::ifstream in(file);
  std::string word;
  in >> word;
  return word;
}

std::string Namespace() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
}

// When the process began, in ticks since the machine did; empty: there is none of that number.
std::string BeginOf(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  std::getline(file, text);
  const size_t name = text.rfind(')');
  if (name == std::string::npos) return "";
  std::istringstream fields(text.substr(name + 1));
  std::string field;
  for (int i = 0; i < 20; ++i) fields >> field;
  return field;
}

std::vector<std::string> Parts(const std::string& owner) {
  std::vector<std::string> out;
  std::istringstream in(owner);
  for (std::string part; std::getline(in, part, '/');) out.push_back(part);
  return out;
}

}  // namespace

std::string BootId() { return FirstWord("/proc/sys/kernel/random/boot_id"); }

std::string ThisOwner() {
  const std::string pid = std::to_string(getpid());
  return Cat(FirstWord("/etc/machine-id"), "/", BootId(), "/", Namespace(), "/", pid, "/", BeginOf(pid));
}

bool IsGone(const std::string& owner) {
  const std::vector<std::string> parts = Parts(owner);
  if (parts.size() != 5 || parts[0] != FirstWord("/etc/machine-id") || parts[2] != Namespace()) return false;
  // The namespaces of containers are numbered anew after a start of the machine.
  if (parts[1] != BootId()) return parts[2] == kFirstNamespace;
  return BeginOf(parts[3]) != parts[4];
}

}  // namespace sandbox::home
