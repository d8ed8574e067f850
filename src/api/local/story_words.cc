#include <array>
#include <cstdio>

#include "api/local/story.h"

namespace sandbox::api {
namespace {

std::string TwoDigits(int64_t value) { return Cat(value < 10 ? "0" : "", value); }

// One digit behind the point.
std::string Tenths(int64_t whole, int64_t tenths) { return Cat(whole, ".", tenths); }

}  // namespace

std::string DurationWords(int64_t millis) {
  if (millis < 1) return "<1ms";
  if (millis < 1000) return Cat(millis, "ms");
  const int64_t seconds = millis / 1000;
  if (seconds < 60) return Cat(Tenths(seconds, millis % 1000 / 100), "s");
  const int64_t minutes = seconds / 60;
  if (minutes < 60) return Cat(minutes, "m ", seconds % 60, "s");
  const int64_t hours = minutes / 60;
  if (hours < 24) return Cat(hours, "h ", TwoDigits(minutes % 60), "m");
  return Cat(hours / 24, "d ", TwoDigits(hours % 24), "h");
}

std::string BytesWords(int64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  int64_t tenths = bytes * 10;
  for (; tenths >= 10240 && unit + 1 < kUnits.size(); ++unit) tenths = (tenths + 512) / 1024;
  if (unit == 0 || tenths >= 1000 || tenths % 10 == 0) return Cat((tenths + 5) / 10, " ", kUnits[unit]);
  return Cat(Tenths(tenths / 10, tenths % 10), " ", kUnits[unit]);
}

std::string AsSentence(std::string text) {
  if (!text.ends_with('.') && !text.ends_with('!') && !text.ends_with('?')) text += '.';
  return text;
}

std::string CountWords(uint64_t count, const char* what) { return Cat(count, " ", what, count == 1 ? "" : "s"); }

}  // namespace sandbox::api
