#pragma once

// What tests and the fuzzer of images share, without a test framework.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "oci/names.h"
#include "sandbox/ports/loop.h"
#include "support/memory_object_store.h"

namespace sandbox::oci {

inline Digest DigestOfBytes(std::string_view bytes, ObjectDigest kind = ObjectDigest::kSha256) {
  return MakeDigest(kind, testing::HexDigest(kind, bytes));
}

// Any thread.
class HandClock : public Clock {
 public:
  Instant Now() override { return Instant(Duration(now_)); }
  void Advance(Duration duration) { now_ += duration.count(); }

 private:
  std::atomic<int64_t> now_ = Duration(std::chrono::hours(1000)).count();
};

class CountingEntropy : public Entropy {
 public:
  uint64_t Next() override { return ++next_; }

 private:
  uint64_t next_ = 0;
};

}  // namespace sandbox::oci
