#pragma once

// Docker's multiplexed log stream: frames of an 8-byte header (stream, three zeros, big-endian length) and a payload.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::docker {

// Output of a container as it came, with where it came from.
struct LogPiece {
  struct Run {
    size_t bytes = 0;
    bool is_stderr = false;
  };
  std::string bytes;
  std::vector<Run> runs;  // of `bytes`, in their order; what is behind them is stdout's
};

// Feed it pieces of any size; payload passes through, nothing is kept but an unfinished header.
class FrameDecoder {
 public:
  // Appends the payloads of both streams to `out`, in order. DATA_LOSS, reason BAD_LOG_FRAME, for what is no header.
  Status Feed(std::string_view bytes, LogPiece& out);
  // At the end of the stream: DATA_LOSS, reason LOG_TRUNCATED, within a frame.
  Status Finish() const;

 private:
  std::string header_;
  uint32_t left_ = 0;
  bool is_stderr_ = false;
};

}  // namespace sandbox::docker
