#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace sandbox::testing {

// An empty directory of its own, removed with everything in it.
class TempDirectory {
 public:
  TempDirectory() {
    std::string path = (std::filesystem::temp_directory_path() / "sandbox-test-XXXXXX").string();
    path_ = mkdtemp(path.data());
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& Path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace sandbox::testing
