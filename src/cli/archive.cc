#include "cli/archive.h"

#include "sandbox/base/tar.h"

namespace sandbox::cli {

std::string TarOf(const std::vector<std::pair<std::string, std::string>>& files, std::time_t now) {
  std::string out;
  for (const auto& [name, content] : files) {
    const TarMember member{.path = name, .size = content.size(), .mode = 0600, .modified_s = now};
    out += EncodeTarHeader(member) + content + TarPadding(content.size());
  }
  return out + TarEnd();
}

}  // namespace sandbox::cli
