#pragma once

// The context of a build: a folder of this machine as a tar archive that is made while it is sent, so that its size
// costs no memory.
//
// Thread: any, one at a time; blocks on the disk.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "builds/ignore.h"
#include "sandbox/base/error.h"

namespace sandbox::builds {

struct ContextFile {
  std::string path;  // relative, with slashes
  char type = '0';   // '0' file, '2' symbolic link, '5' folder
  uint64_t size = 0;
  unsigned mode = 0;
  int64_t modified_s = 0;
  std::string link;     // of a link
  std::string content;  // of a file that is not read from the disk
  bool in_memory = false;
};

// What is sent of the folder, by path. Files in `always` are sent whatever the rules say. Sockets, pipes and devices
// stay out. INVALID_ARGUMENT, reason BAD_CONTEXT, names what cannot be read.
Result<std::vector<ContextFile>> ScanContext(const std::filesystem::path& folder, const IgnoreRules& rules,
                                             const std::vector<std::string>& always);

class ContextArchive {
 public:
  ContextArchive(std::filesystem::path folder, std::vector<ContextFile> files);

  uint64_t Size() const { return size_; }
  // The next bytes; empty at the end, after Size() bytes. FAILED_PRECONDITION, reason CONTEXT_CHANGED, when a file is
  // not as it was when the folder was looked at.
  Result<std::string> Next();

 private:
  std::string Header(const ContextFile& file) const;
  Result<std::string> Begin(const ContextFile& file);

  const std::filesystem::path folder_;
  const std::vector<ContextFile> files_;
  uint64_t size_ = 0;
  size_t next_ = 0;    // of the files
  uint64_t left_ = 0;  // of the one that is being read
  std::ifstream open_;
  bool ended_ = false;
};

}  // namespace sandbox::builds
