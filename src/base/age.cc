#include "sandbox/base/age.h"

#include <charconv>

namespace sandbox {
namespace {

struct AgeUnit {
  char letter;
  int64_t seconds;
};
constexpr AgeUnit kAgeUnits[] = {{'w', 604'800}, {'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}};
constexpr int64_t kAgeMax = int64_t{100} * 365 * 86'400;

}  // namespace

Result<std::chrono::seconds> ParseAge(std::string_view text) {
  const auto wrong = [&] {
    return Fail(Code::kInvalidArgument, "BAD_AGE",
                Cat("'", text, "' is no age; write a whole number and s, m, h, d or w: 12h, 30d"));
  };
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr + 1 != end || number < 0) return wrong();
  for (const AgeUnit& unit : kAgeUnits) {
    if (*read.ptr != unit.letter) continue;
    if (number > kAgeMax / unit.seconds) return wrong();
    return std::chrono::seconds(number * unit.seconds);
  }
  return wrong();
}

std::string FormatAge(std::chrono::seconds age) {
  for (const AgeUnit& unit : kAgeUnits) {
    // Weeks are read, and said in days.
    if (unit.letter != 'w' && age.count() % unit.seconds == 0 && (age.count() != 0 || unit.letter == 's'))
      return Cat(age.count() / unit.seconds, std::string_view(&unit.letter, 1));
  }
  return Cat(age.count(), "s");
}

}  // namespace sandbox
