#include "registry/entities/time_zone.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace sandbox::registry {
namespace {

using namespace std::chrono;

constexpr size_t kFileMax = 1 << 20;
constexpr size_t kHeaderBytes = 44;

// Big-endian numbers, one after the other; zero past the end.
class Numbers {
 public:
  explicit Numbers(std::string_view bytes) : bytes_(bytes) {}
  uint64_t Next(size_t size) {
    if (bytes_.size() < size) return 0;
    uint64_t out = 0;
    for (const char c : bytes_.substr(0, size)) out = out << 8 | static_cast<unsigned char>(c);
    bytes_.remove_prefix(size);
    return out;
  }

 private:
  std::string_view bytes_;
};

struct Header {
  uint64_t utc_marks, standard_marks, leaps, changes, kinds, characters;
  size_t BlockBytes(size_t time_bytes) const {
    return changes * (time_bytes + 1) + kinds * 6 + characters + leaps * (time_bytes + 4) + standard_marks + utc_marks;
  }
};

std::optional<Header> ReadHeader(std::string_view file) {
  if (file.size() < kHeaderBytes || !file.starts_with("TZif")) return std::nullopt;
  Numbers numbers(file.substr(20));
  Header out{};
  for (uint64_t* count : {&out.utc_marks, &out.standard_marks, &out.leaps, &out.changes, &out.kinds, &out.characters})
    *count = numbers.Next(4);
  if (out.kinds == 0 || out.changes > kFileMax || out.kinds > 256 || out.characters > kFileMax ||
      out.leaps > kFileMax || out.utc_marks > kFileMax || out.standard_marks > kFileMax)
    return std::nullopt;
  return out;
}

}  // namespace

// "EST5EDT,M3.2.0,M11.1.0": offsets count west of UTC.
class TimeZone::FooterReader {
 public:
  explicit FooterReader(std::string_view text) : rest_(text) {}

  std::optional<Footer> Read() {
    Footer out;
    if (!Name() || !Time(out.standard)) return std::nullopt;
    out.standard = -out.standard;
    if (rest_.empty()) return out;
    out.summer = out.standard + hours(1);
    if (!Name()) return std::nullopt;
    if (!rest_.starts_with(',')) {
      if (!Time(out.summer)) return std::nullopt;
      out.summer = -out.summer;
    }
    out.changes = true;
    if (!Rule(out.begin) || !Rule(out.end) || !rest_.empty()) return std::nullopt;
    return out;
  }

 private:
  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool Name() {
    const bool quoted = Take('<');
    const size_t size = std::min(
        rest_.size(),
        quoted ? rest_.find('>')
               : static_cast<size_t>(std::ranges::find_if(rest_, [](unsigned char c) { return !std::isalpha(c); }) -
                                     rest_.begin()));
    rest_.remove_prefix(size);
    return size > 0 && (!quoted || Take('>'));
  }
  bool Number(int& out) {
    if (rest_.empty() || !std::isdigit(static_cast<unsigned char>(rest_.front()))) return false;
    for (out = 0; !rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front())) && out < 1000;
         rest_.remove_prefix(1))
      out = out * 10 + (rest_.front() - '0');
    return true;
  }
  bool Time(seconds& out) {
    const bool negative = Take('-');
    if (!negative) Take('+');
    int part = 0;
    if (!Number(part)) return false;
    out = hours(part);
    for (const seconds unit : {seconds(60), seconds(1)}) {
      if (!Take(':')) break;
      if (!Number(part)) return false;
      out += unit * part;
    }
    if (negative) out = -out;
    return true;
  }
  bool Rule(YearlyRule& out) {
    if (!Take(',')) return false;
    if (Take('M')) {
      if (!Number(out.month) || !Take('.') || !Number(out.week) || !Take('.') || !Number(out.day)) return false;
      if (out.month < 1 || out.month > 12 || out.week < 1 || out.week > 5 || out.day > 6) return false;
    } else {
      out.kind = Take('J') ? YearlyRule::Kind::kDayWithoutLeap : YearlyRule::Kind::kDay;
      if (!Number(out.day) || out.day > 366) return false;
    }
    return !Take('/') || Time(out.time);
  }

  std::string_view rest_;
};

sys_seconds TimeZone::RuleTime(const YearlyRule& rule, year of) {
  const sys_days new_year(of / January / 1);
  switch (rule.kind) {
    case YearlyRule::Kind::kDay: return new_year + days(rule.day) + rule.time;
    case YearlyRule::Kind::kDayWithoutLeap:
      return new_year + days(rule.day - 1 + (of.is_leap() && rule.day >= 60 ? 1 : 0)) + rule.time;
    case YearlyRule::Kind::kWeekday: break;
  }
  const auto in_month = of / month(static_cast<unsigned>(rule.month));
  const weekday wanted(static_cast<unsigned>(rule.day));
  const sys_days day = rule.week == 5 ? sys_days(in_month / wanted[last])
                                      : sys_days(in_month / wanted[static_cast<unsigned>(rule.week)]);
  return day + rule.time;
}

std::optional<TimeZone> TimeZone::Load(const std::string& name) {
  std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return Parse(content);
}

std::optional<TimeZone> TimeZone::Parse(std::string_view file) {
  if (file.size() > kFileMax) return std::nullopt;
  auto header = ReadHeader(file);
  if (!header) return std::nullopt;
  size_t time_bytes = 4;
  const bool newer = file[4] >= '2';
  if (newer) {
    // The first block is for old readers.
    const size_t skip = kHeaderBytes + header->BlockBytes(4);
    if (file.size() < skip) return std::nullopt;
    file.remove_prefix(skip);
    header = ReadHeader(file);
    if (!header) return std::nullopt;
    time_bytes = 8;
  }
  const size_t block = header->BlockBytes(time_bytes);
  if (file.size() < kHeaderBytes + block) return std::nullopt;
  const std::string_view data = file.substr(kHeaderBytes, block);
  Numbers times(data), kind_of(data.substr(header->changes * time_bytes)),
      kinds(data.substr(header->changes * (time_bytes + 1)));
  std::vector<seconds> offsets;
  for (uint64_t i = 0; i < header->kinds; ++i) {
    offsets.emplace_back(static_cast<int32_t>(kinds.Next(4)));
    kinds.Next(2);
  }
  TimeZone out;
  out.first_ = offsets.front();
  for (uint64_t i = 0; i < header->changes; ++i) {
    const uint64_t raw = times.Next(time_bytes);
    const int64_t at = time_bytes == 8 ? static_cast<int64_t>(raw) : static_cast<int32_t>(raw);
    const uint64_t kind = kind_of.Next(1);
    if (kind >= offsets.size()) return std::nullopt;
    out.changes_.emplace_back(sys_seconds(seconds(at)), offsets[kind]);
  }
  std::string_view footer = file.substr(kHeaderBytes + block);
  if (newer && footer.size() > 2) out.footer_ = FooterReader(footer.substr(1, footer.find('\n', 1) - 1)).Read();
  return out;
}

seconds TimeZone::OffsetAt(Instant instant) const {
  const auto at = floor<seconds>(instant);
  const auto after = std::ranges::upper_bound(changes_, at, {}, [](const auto& change) { return change.first; });
  if (after != changes_.end() || !footer_) return after == changes_.begin() ? first_ : std::prev(after)->second;
  if (!footer_->changes) return footer_->standard;
  const year of = year_month_day(floor<days>(at + footer_->standard)).year();
  const sys_seconds begin = RuleTime(footer_->begin, of) - footer_->standard;
  const sys_seconds end = RuleTime(footer_->end, of) - footer_->summer;
  const bool summer = begin < end ? at >= begin && at < end : at < end || at >= begin;
  return summer ? footer_->summer : footer_->standard;
}

}  // namespace sandbox::registry
