#pragma once

// What is kept beside a pod's log: the index of the log and the samples of what its container used. Pure: bytes in,
// bytes out; who owns the files reads and writes them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::model {

// One record of `{pod}.idx`: 24 bytes, three little-endian u64: the offset in the log, the lines that end before it,
// and the time twice over plus 1 for what was written to stderr. Records are in the order of their offsets; each tells
// of the bytes up to the next one. Time: milliseconds since the epoch; 0: unknown.
struct LogIndexRecord {
  uint64_t offset = 0;
  uint64_t line = 0;
  uint64_t time_ms = 0;
  bool is_stderr = false;
  bool operator==(const LogIndexRecord&) const = default;
};
inline constexpr size_t kLogIndexRecordBytes = 24;
void Encode(const LogIndexRecord& record, std::string& out);
// A record that is cut short, at the end, is left out.
std::vector<LogIndexRecord> DecodeLogIndex(std::string_view bytes);

// Makes the index of a log from its bytes as they come; or again from the whole log, without times, when it is missing.
class LogIndexer {
 public:
  static constexpr uint64_t kBytesMax = 16 * 1024;  // between two records
  static constexpr uint64_t kTimeMaxMs = 250;

  // Goes on behind `bytes` that have `lines`.
  explicit LogIndexer(uint64_t bytes = 0, uint64_t lines = 0) : bytes_(bytes), lines_(lines) {}

  // The next bytes of the log; the records that begin in them are appended to `out`, encoded.
  void Add(std::string_view bytes, bool is_stderr, uint64_t time_ms, std::string& out);
  uint64_t Bytes() const { return bytes_; }
  uint64_t Lines() const { return lines_; }

 private:
  uint64_t bytes_;
  uint64_t lines_;
  bool any_ = false;
  LogIndexRecord last_;
};

// One record of `{pod}.stat`: 20 bytes, little-endian: u32, u32, u64, u32.
struct UsageSample {
  uint32_t at_ms = 0;         // since the container's start
  uint32_t cpu_millis = 0;    // mean since the sample before
  uint64_t memory_bytes = 0;  // without the page cache that can go at once, as the kubelet counts
  uint32_t flags = 0;
  bool operator==(const UsageSample&) const = default;
};
inline constexpr uint32_t kSampleOomKilled = 1;  // it was killed for want of memory then, at its limit
inline constexpr uint32_t kSampleThrottled = 2;  // it had to wait for cpu since the sample before
inline constexpr size_t kUsageSampleBytes = 20;
inline constexpr size_t kUsageSamplesMax = 4096;
void Encode(const UsageSample& sample, std::string& out);
std::vector<UsageSample> DecodeSamples(std::string_view bytes);
// Pairs become one sample each: the mean cpu over both, the larger memory, both flags, the later time.
std::vector<UsageSample> HalveSamples(const std::vector<UsageSample>& samples);

}  // namespace sandbox::model
