#include "sandbox/model/pod_files.h"

#include <algorithm>

namespace sandbox::model {
namespace {

template <typename T>
void Put(T value, std::string& out) {
  for (size_t i = 0; i < sizeof(T); ++i, value = static_cast<T>(value >> 8)) out += static_cast<char>(value & 0xff);
}

template <typename T>
T Get(std::string_view& bytes) {
  T value = 0;
  for (size_t i = sizeof(T); i-- > 0;) value = static_cast<T>(value << 8 | static_cast<unsigned char>(bytes[i]));
  bytes.remove_prefix(sizeof(T));
  return value;
}

}  // namespace

void Encode(const LogIndexRecord& record, std::string& out) {
  Put(record.offset, out);
  Put(record.line, out);
  Put(record.time_ms << 1 | static_cast<uint64_t>(record.is_stderr), out);
}

std::vector<LogIndexRecord> DecodeLogIndex(std::string_view bytes) {
  std::vector<LogIndexRecord> out;
  out.reserve(bytes.size() / kLogIndexRecordBytes);
  while (bytes.size() >= kLogIndexRecordBytes) {
    LogIndexRecord& record = out.emplace_back();
    record.offset = Get<uint64_t>(bytes);
    record.line = Get<uint64_t>(bytes);
    const auto time = Get<uint64_t>(bytes);
    record.time_ms = time >> 1;
    record.is_stderr = (time & 1) != 0;
  }
  return out;
}

void LogIndexer::Add(std::string_view bytes, bool is_stderr, uint64_t time_ms, std::string& out) {
  while (!bytes.empty()) {
    const bool due = !any_ || is_stderr != last_.is_stderr || bytes_ >= last_.offset + kBytesMax ||
                     time_ms >= last_.time_ms + kTimeMaxMs;
    if (due) {
      last_ = {bytes_, lines_, time_ms, is_stderr};
      any_ = true;
      Encode(last_, out);
    }
    const std::string_view piece = bytes.substr(0, last_.offset + kBytesMax - bytes_);
    bytes_ += piece.size();
    lines_ += static_cast<uint64_t>(std::ranges::count(piece, '\n'));
    bytes.remove_prefix(piece.size());
  }
}

void Encode(const UsageSample& sample, std::string& out) {
  Put(sample.at_ms, out);
  Put(sample.cpu_millis, out);
  Put(sample.memory_bytes, out);
  Put(sample.flags, out);
}

std::vector<UsageSample> DecodeSamples(std::string_view bytes) {
  std::vector<UsageSample> out;
  out.reserve(bytes.size() / kUsageSampleBytes);
  while (bytes.size() >= kUsageSampleBytes) {
    UsageSample& sample = out.emplace_back();
    sample.at_ms = Get<uint32_t>(bytes);
    sample.cpu_millis = Get<uint32_t>(bytes);
    sample.memory_bytes = Get<uint64_t>(bytes);
    sample.flags = Get<uint32_t>(bytes);
  }
  return out;
}

std::vector<UsageSample> HalveSamples(const std::vector<UsageSample>& samples) {
  std::vector<UsageSample> out;
  out.reserve(samples.size() / 2 + 1);
  uint64_t before = 0;
  for (size_t i = 0; i < samples.size(); i += 2) {
    const UsageSample& one = samples[i];
    if (i + 1 == samples.size()) {
      out.push_back(one);
      break;
    }
    const UsageSample& two = samples[i + 1];
    const uint64_t first = one.at_ms - std::min<uint64_t>(before, one.at_ms);
    const uint64_t second = two.at_ms - std::min(one.at_ms, two.at_ms);
    const uint64_t both = std::max<uint64_t>(1, first + second);
    out.push_back({two.at_ms, static_cast<uint32_t>((one.cpu_millis * first + two.cpu_millis * second) / both),
                   std::max(one.memory_bytes, two.memory_bytes), one.flags | two.flags});
    before = two.at_ms;
  }
  return out;
}

}  // namespace sandbox::model
