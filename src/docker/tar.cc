#include "docker/tar.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "sandbox/base/tar.h"

namespace sandbox::docker {
namespace {

std::unexpected<Error> BadArchive(std::string what) {
  return Fail(Code::kDataLoss, "BAD_ARCHIVE", "tar archive: " + std::move(what));
}

std::string Directory(std::string_view path, unsigned mode) { return EncodeTarHeader({Cat(path, "/"), '5', 0, mode}); }

}  // namespace

std::string TarOfDirectories(const std::vector<std::string>& paths) {
  std::string out;
  for (const std::string& path : paths)
    out += Directory(std::string_view(path).substr(std::min(path.find_first_not_of('/'), path.size())), 0777);
  return out + TarEnd();
}

Result<std::string> FirstFileOfTar(std::string_view archive, size_t bytes_max) {
  while (archive.size() >= kTarBlockBytes) {
    const std::string_view block = archive.substr(0, kTarBlockBytes);
    if (IsTarEnd(block)) break;
    const auto member = DecodeTarHeader(block);
    if (!member) return BadArchive("checksum does not hold");
    archive.remove_prefix(kTarBlockBytes);
    if (member->type == '0' || member->type == 0) {
      const size_t wanted = static_cast<size_t>(std::min<uint64_t>(member->size, bytes_max));
      if (archive.size() < wanted) return BadArchive("ends within a file");
      return std::string(archive.substr(0, wanted));
    }
    const uint64_t padded = member->size + TarPadding(member->size).size();
    if (archive.size() < padded) return BadArchive("ends within an entry");
    archive.remove_prefix(static_cast<size_t>(padded));
  }
  return NotFound("the archive has no regular file");
}

std::string TarOf(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out;
  std::set<std::string_view> directories;
  for (const auto& [path, content] : files) {
    const std::string_view whole = path;
    for (size_t end = whole.find('/', whole.find('/') + 1); end != std::string_view::npos;
         end = whole.find('/', end + 1)) {
      if (directories.insert(whole.substr(0, end)).second) out += Directory(whole.substr(0, end), 0755);
    }
    out += EncodeTarHeader({path, '0', content.size(), 0444}) + content + TarPadding(content.size());
  }
  return out + TarEnd();
}

}  // namespace sandbox::docker
