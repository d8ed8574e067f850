#include "home/mounts.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

namespace sandbox::home {
namespace {

namespace fs = std::filesystem;

// Of the mount point: blanks and the like are written as octal numbers.
constexpr size_t kPointField = 4;

std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < line.size();) {
    const size_t end = std::min(line.find(' ', at), line.size());
    out.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// "/mnt/a b" of "/mnt/a\040b".
std::string Unescaped(std::string_view text) {
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && std::all_of(&text[i + 1], &text[i + 4], octal)) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool Holds(const std::string& point, const std::string& path) {
  return point == "/" || path == point || path.starts_with(point + "/");
}

}  // namespace

std::string MountType(std::string_view mounts, const fs::path& path) {
  const std::string wanted = path.lexically_normal().string();
  std::string out;
  size_t longest = 0;
  for (size_t at = 0; at < mounts.size();) {
    const size_t end = std::min(mounts.find('\n', at), mounts.size());
    const auto words = WordsOf(mounts.substr(at, end - at));
    at = end + 1;
    const auto dash = std::ranges::find(words, "-");
    if (words.size() <= kPointField || words.end() - dash < 2) continue;
    const std::string point = Unescaped(words[kPointField]);
    // Of two at one place, the later one is on top.
    if (!Holds(point, wanted) || point.size() < longest) continue;
    longest = point.size();
    out = dash[1];
  }
  return out;
}

bool IsNetworkType(std::string_view type) {
  static constexpr std::array<std::string_view, 19> kTypes = {
      "9p",          "afs",       "beegfs",     "ceph", "cifs",   "fuse.ceph-fuse", "fuse.gcsfuse", "fuse.glusterfs",
      "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs2", "lustre", "ncpfs",          "nfs",          "nfs4",
      "ocfs2",       "smb3",      "smbfs"};
  return std::ranges::find(kTypes, type) != kTypes.end();
}

std::string NetworkTypeOf(const fs::path& folder) {
  std::error_code failed;
  const fs::path real = fs::canonical(folder, failed);
  std::ifstream in("/proc/self/mountinfo");
  if (failed || !in) return "";
  const std::string mounts((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::string type = MountType(mounts, real);
  return IsNetworkType(type) ? type : "";
}

}  // namespace sandbox::home
