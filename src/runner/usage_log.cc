#include "runner/usage_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;

constexpr Duration kUsual = 1s;
constexpr Duration kLater = 5s;  // of a container that runs for long
constexpr Duration kLongRun = 5min;
constexpr Duration kClose = 200ms;  // of one that is close to its limit
constexpr Duration kFirst = 20ms;   // after the first sample, then twice that and so on: short tasks have a curve too
constexpr uint32_t kFirstSamples = 6;
constexpr uint64_t kClosePercent = 80;

uint64_t Micros(Duration duration) {
  return static_cast<uint64_t>(std::max<int64_t>(1, std::chrono::floor<std::chrono::microseconds>(duration).count()));
}

}  // namespace

UsageLog::~UsageLog() {
  if (fd_ >= 0) ::close(fd_);
}

void UsageLog::Begin(Instant started_at, int64_t memory_limit_bytes) {
  if (begun_ && started_at == started_at_) return;
  const bool fresh = begun_;  // it was started again: its curve begins anew
  begun_ = true;
  ended_ = false;
  started_at_ = started_at;
  limit_bytes_ = static_cast<uint64_t>(std::max<int64_t>(0, memory_limit_bytes));
  before_ = newest_ = {};
  newest_at_ = taken_at_ = {};
  taken_ = 0;
  std::ostringstream old;
  if (!fresh) {
    std::ifstream in(path_, std::ios::binary);
    if (in) old << in.rdbuf();
  }
  samples_ = model::DecodeSamples(old.str());
  if (samples_.size() > model::kUsageSamplesMax) samples_.clear();
  for (const model::UsageSample& each : samples_) peak_bytes_ = std::max(peak_bytes_, each.memory_bytes);
  WriteAgain();
}

Duration UsageLog::Interval(Instant now) const {
  if (limit_bytes_ > 0 && newest_.memory_bytes * 100 > limit_bytes_ * kClosePercent) return kClose * spread_;
  if (taken_ > 0 && taken_ < kFirstSamples) return kFirst * (1 << (taken_ - 1));
  return (now - started_at_ < kLongRun ? kUsual : kLater) * spread_;
}

Duration UsageLog::Next(Instant now) const {
  if (taken_ == 0) return Duration::zero();
  // Looked at more often than it is kept: it may come close to its limit.
  const Duration look = limit_bytes_ > 0 ? std::min<Duration>(Interval(now), kUsual) : Interval(now);
  if (taken_ < kFirstSamples) return std::max<Duration>(1ms, look);
  // On the clock's multiples: the samples of all containers are taken in one wake-up, which costs more than they do.
  const Duration left = look - now.time_since_epoch() % look;
  return left < look / 2 ? left + look : left;
}

const model::UsageSample* UsageLog::Take(const Usage& usage, Instant now, bool last) {
  if (!begun_ || ended_) return nullptr;
  peak_bytes_ = std::max({peak_bytes_, usage.memory_bytes, usage.memory_peak_bytes});
  newest_ = usage;
  newest_at_ = now;
  // A timer may be a little early.
  const bool due = taken_ == 0 || last || now + Interval(now) / 10 >= taken_at_ + Interval(now);
  if (!due) return nullptr;
  model::UsageSample sample;
  sample.at_ms = Since(now);
  const Instant since = taken_ == 0 ? started_at_ : taken_at_;
  // What an earlier process counted is not known here: the first sample after a restart is the mean of all.
  // What it has used at its first sample is mostly what the engine spent on making it, however late the sample is
  // taken.
  const bool made = taken_ == 0 && now - since < kUsual;
  const uint64_t used = made ? 0 : usage.cpu_us - std::min(usage.cpu_us, before_.cpu_us);
  sample.cpu_millis = static_cast<uint32_t>(std::min<uint64_t>(used * 1000 / Micros(now - since), 1'000'000'000));
  sample.memory_bytes = usage.memory_bytes;
  if (taken_ > 0 && usage.throttled_us > before_.throttled_us) sample.flags |= model::kSampleThrottled;
  before_ = usage;
  taken_at_ = now;
  ++taken_;
  return Add(sample);
}

void UsageLog::End(Instant at, bool oom_killed) {
  if (!begun_ || ended_) return;
  ended_ = true;
  if (!oom_killed) return;
  // One that was taken while it was being killed tells what was left of it.
  if (samples_.size() > 1 && samples_.back().memory_bytes < samples_[samples_.size() - 2].memory_bytes / 2) {
    samples_.pop_back();
    WriteAgain();
  }
  model::UsageSample sample;
  sample.at_ms = std::max(Since(at), samples_.empty() ? 0 : samples_.back().at_ms);
  sample.cpu_millis = samples_.empty() ? 0 : samples_.back().cpu_millis;
  sample.memory_bytes = limit_bytes_ > 0 ? limit_bytes_ : peak_bytes_;
  sample.flags = model::kSampleOomKilled;
  peak_bytes_ = std::max(peak_bytes_, sample.memory_bytes);
  Add(sample);
}

std::optional<int64_t> UsageLog::CpuMeanMillis() const {
  if (newest_at_ == Instant{}) return std::nullopt;
  return static_cast<int64_t>(newest_.cpu_us * 1000 / Micros(std::max<Duration>(newest_at_ - started_at_, kFirst)));
}

uint32_t UsageLog::Since(Instant at) const {
  const int64_t millis = std::chrono::floor<std::chrono::milliseconds>(at - started_at_).count();
  return static_cast<uint32_t>(std::clamp<int64_t>(millis, 0, std::numeric_limits<uint32_t>::max()));
}

const model::UsageSample* UsageLog::Add(model::UsageSample sample) {
  if (samples_.size() >= model::kUsageSamplesMax) {
    samples_ = model::HalveSamples(samples_);
    spread_ *= 2;
    samples_.push_back(sample);
    WriteAgain();
    return &samples_.back();
  }
  samples_.push_back(sample);
  std::string bytes;
  Encode(sample, bytes);
  Write(bytes);
  return &samples_.back();
}

// What cannot be written is not kept: the samples are worth no more.
void UsageLog::Write(std::string_view bytes) {
  if (fd_ >= 0 && ::write(fd_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    ::close(fd_);
    fd_ = -1;
  }
}

void UsageLog::WriteAgain() {
  if (fd_ >= 0) ::close(fd_);
  const std::string beside = path_.string() + ".new";
  std::error_code ignored;
  std::filesystem::create_directories(path_.parent_path(), ignored);
  fd_ = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  std::string bytes;
  for (const model::UsageSample& each : samples_) Encode(each, bytes);
  Write(bytes);
  std::filesystem::rename(beside, path_, ignored);
}

}  // namespace sandbox::runner
