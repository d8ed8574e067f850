#pragma once

// Files of any size to and from the engine, in pieces that workers read and write: the loop never waits for the disk.

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <utility>

#include "docker/http_client.h"
#include "runner/signal.h"
#include "sandbox/base/error.h"

namespace sandbox::runner {

// A file as the body of a request. Fails with FILE_UNREADABLE.
class FileSource final : public docker::ByteSource {
 public:
  static boost::asio::awaitable<Result<std::shared_ptr<docker::ByteSource>>> Open(Surroundings surroundings,
                                                                                  std::string path);
  FileSource(Surroundings surroundings, std::string path, int fd, uint64_t size)
      : surroundings_(std::move(surroundings)), path_(std::move(path)), fd_(fd), size_(size) {}
  ~FileSource() override;
  uint64_t Size() const override { return size_; }
  boost::asio::awaitable<Result<std::string>> Next() override;

 private:
  const Surroundings surroundings_;
  const std::string path_;
  const int fd_;
  const uint64_t size_;
  uint64_t at_ = 0;
};

// Takes what is to be a file. Fails with FILE_UNWRITABLE.
class FileSink {
 public:
  FileSink(Surroundings surroundings, std::string path)
      : surroundings_(std::move(surroundings)), path_(std::move(path)) {}
  ~FileSink();
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  boost::asio::awaitable<Status> Take(std::string piece);
  // All of it is in the file.
  boost::asio::awaitable<Status> Finish();

 private:
  boost::asio::awaitable<Status> Flush();

  const Surroundings surroundings_;
  const std::string path_;
  int fd_ = -1;
  std::string pending_;
};

}  // namespace sandbox::runner
