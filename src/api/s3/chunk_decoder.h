#pragma once

// Removes the "aws-chunked" coding from a body and checks the signatures of its chunks and trailer. Pure; fed in pieces
// of any size.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "api/s3/digest.h"
#include "api/s3/s3_error.h"
#include "api/s3/signature.h"

namespace sandbox::s3 {

class ChunkDecoder {
 public:
  using Sink = std::function<S3Result<void>(std::string_view)>;

  // `identity` is used when `is_signed`; it gives the first signature of the chain.
  ChunkDecoder(bool is_signed, Identity identity)
      : signed_(is_signed), identity_(std::move(identity)), previous_(identity_.signature) {}

  S3Result<void> Feed(std::string_view raw, const Sink& sink);
  // IncompleteBody before the last chunk.
  S3Result<void> Finish() const;
  // Names in lower case.
  const std::map<std::string, std::string>& Trailer() const { return trailer_; }

 private:
  enum class State { kSize, kData, kDataEnd, kTrailer, kDone };

  S3Result<void> OnLine(std::string line);
  S3Result<void> OnSize(std::string_view line);
  S3Result<void> OnTrailer(std::string_view line);
  S3Result<void> CheckChunk();
  S3Result<void> CheckTrailer(std::string_view signature);

  bool signed_;
  Identity identity_;
  std::string previous_;  // signature that the next one continues
  State state_ = State::kSize;
  std::string line_;
  uint64_t left_ = 0;  // of the chunk
  bool last_ = false;
  std::string signature_;         // of the chunk
  Digest digest_{Hash::kSha256};  // of the chunk
  std::string trailer_text_;      // canonical
  std::map<std::string, std::string> trailer_;
};

}  // namespace sandbox::s3
