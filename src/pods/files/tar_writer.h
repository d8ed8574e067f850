#pragma once

// A tar archive that is being written to a file of this host. Any thread, one at a time; blocks on the disk.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"

namespace sandbox::pods {

// Paths are relative, without "." and "..": the caller sees to it. An archive that was not finished is for nothing.
class TarWriter {
 public:
  explicit TarWriter(Instant modified_at) : modified_at_(modified_at) {}
  ~TarWriter();
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  Status Open(const std::filesystem::path& archive);
  Status Directory(std::string_view path, unsigned mode);
  Status File(std::string_view path, std::string_view bytes);
  // In pieces: exactly `size` bytes of Append follow.
  Status BeginFile(std::string_view path, uint64_t size);
  Status Append(std::string_view bytes);
  Status Finish();

 private:
  Status Entry(char type, std::string_view path, uint64_t size, unsigned mode);
  Status Write(std::string_view bytes);

  Instant modified_at_;
  int fd_ = -1;
  uint64_t left_ = 0;     // of the file that is being written
  uint64_t padding_ = 0;  // behind it
};

}  // namespace sandbox::pods
