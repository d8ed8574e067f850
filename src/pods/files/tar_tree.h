#pragma once

// The files of a tar archive from outside: an index in memory, the contents on the disk.
//
// Any thread, one at a time; blocks on the disk. Nothing is unpacked and no link of it is ever followed outside of the
// archive.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::pods {

class TarTree {
 public:
  struct Node {
    enum class Kind { kFile, kDirectory, kSymlink, kHardlink, kOther } kind = Kind::kDirectory;
    uint64_t size = 0;
    uint64_t offset = 0;
    std::string target;  // of a link
  };

  // `root` is what the archive is a copy of, an absolute path: its last component leads every name in the archive.
  // Links may name it. DATA_LOSS, reason BAD_ARCHIVE, for what is no archive; RESOURCE_EXHAUSTED for one with too many
  // names.
  static Result<TarTree> Open(const std::filesystem::path& archive, std::string root);
  TarTree(TarTree&& other) noexcept;
  TarTree& operator=(TarTree&&) = delete;
  ~TarTree();

  // The file or directory at `path` below the root ("" is the root itself), links resolved. NOT_FOUND when there is
  // none; INVALID_ARGUMENT for a link that leads outside or around in circles.
  Result<std::string> Resolve(std::string_view path) const;
  // The node of a resolved path.
  const Node& At(const std::string& resolved) const { return nodes_.at(resolved); }
  // Paths below a resolved directory, in byte order, all levels.
  std::vector<std::string> Below(const std::string& resolved) const;
  // Names in a resolved directory, in byte order.
  std::vector<std::string> Names(const std::string& resolved) const;
  // Up to `length` bytes of a file from `offset`.
  Result<std::string> ReadAt(const Node& file, uint64_t offset, size_t length) const;

 private:
  struct Scan;
  TarTree(int fd, std::string root) : fd_(fd), root_(std::move(root)) {}
  Result<std::string> Inside(const std::string& folder, const Node& link) const;

  int fd_;
  std::string root_;
  std::map<std::string, Node> nodes_;  // by path below the root
};

}  // namespace sandbox::pods
