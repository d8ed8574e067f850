#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "docker/frames.h"
#include "docker/http_client.h"
#include "sandbox/base/error.h"

namespace sandbox::docker {

// Output of a container, both streams in the order the engine sends them. Owned by the coroutine that reads it.
class LogStream {
 public:
  LogStream(std::unique_ptr<HttpStream> stream, bool tty) : stream_(std::move(stream)), tty_(tty) {}
  // The next bytes; none at the end. DATA_LOSS when the stream ends within a frame. A terminal has one stream.
  boost::asio::awaitable<Result<LogPiece>> Read();
  // Ends a pending Read with an error.
  void Cancel() { stream_->Cancel(); }

 private:
  std::unique_ptr<HttpStream> stream_;
  FrameDecoder decoder_;
  bool tty_;
};

}  // namespace sandbox::docker
