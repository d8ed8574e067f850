#include "docker/frames.h"

#include <algorithm>

namespace sandbox::docker {
namespace {

constexpr size_t kHeaderBytes = 8;
constexpr unsigned char kStderr = 2;  // 0 stdin, 1 stdout

bool ValidHeader(std::string_view header) {
  return static_cast<unsigned char>(header[0]) <= kStderr && header[1] == 0 && header[2] == 0 && header[3] == 0;
}

uint32_t PayloadLength(std::string_view header) {
  uint32_t length = 0;
  for (char c : header.substr(4)) length = length << 8 | static_cast<unsigned char>(c);
  return length;
}

}  // namespace

Status FrameDecoder::Feed(std::string_view bytes, LogPiece& out) {
  while (!bytes.empty()) {
    if (left_ > 0) {
      const size_t take = std::min<size_t>(left_, bytes.size());
      out.bytes.append(bytes.substr(0, take));
      if (out.runs.empty() || out.runs.back().is_stderr != is_stderr_) out.runs.push_back({0, is_stderr_});
      out.runs.back().bytes += take;
      bytes.remove_prefix(take);
      left_ -= static_cast<uint32_t>(take);
      continue;
    }
    const size_t take = std::min(kHeaderBytes - header_.size(), bytes.size());
    header_.append(bytes.substr(0, take));
    bytes.remove_prefix(take);
    if (header_.size() < kHeaderBytes) continue;
    if (!ValidHeader(header_))
      return Fail(Code::kDataLoss, "BAD_LOG_FRAME", "the engine's log stream has a malformed frame header");
    left_ = PayloadLength(header_);
    is_stderr_ = static_cast<unsigned char>(header_[0]) == kStderr;
    header_.clear();
  }
  return {};
}

Status FrameDecoder::Finish() const {
  if (left_ == 0 && header_.empty()) return {};
  return Fail(Code::kDataLoss, "LOG_TRUNCATED", "the engine's log stream ended within a frame");
}

}  // namespace sandbox::docker
