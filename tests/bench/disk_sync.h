#pragma once

// How often a second a disk makes 4 KiB of a file durable: what nothing that waits for each change can exceed.

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>

namespace sandbox {

inline double SyncsPerSecond(const std::string& directory) {
  const std::string path = directory + "/bench.sync";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  const std::string file(1 << 20, 's');
  if (fd < 0 || write(fd, file.data(), file.size()) < 0 || fsync(fd) != 0) std::exit(1);
  int syncs = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (; std::chrono::steady_clock::now() - begin < std::chrono::seconds(1); ++syncs) {
    if (pwrite(fd, file.data(), 4096, syncs % 256 * 4096) < 0 || fdatasync(fd) != 0) std::exit(1);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  close(fd);
  unlink(path.c_str());
  return syncs / seconds;
}

}  // namespace sandbox
