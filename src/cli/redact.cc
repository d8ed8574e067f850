#include "cli/redact.h"

#include <absl/strings/escaping.h>

#include <algorithm>
#include <regex>

#include "cli/client.h"
#include "sandbox/base/encoding.h"

namespace sandbox::cli {
namespace {

constexpr char kMark[] = "[redacted]";
// Shorter ones stand in too many words by chance; behind their names they are found all the same.
constexpr size_t kShortest = 4;

void ReplaceAll(std::string& text, const std::string& value) {
  if (value.size() < kShortest) return;
  for (size_t at = 0; (at = text.find(value, at)) != std::string::npos; at += sizeof kMark - 1)
    text.replace(at, value.size(), kMark);
}

// Longer lines are cut: a regular expression takes stack for every letter.
constexpr size_t kLineMost = 8192;

std::string RedactLine(std::string line) {
  static const std::regex kAddress(R"((://[^/\s:@"']*:)[^/\s@"']+@)");
  static const std::regex kNamed(
      R"re(((?:password|passwd|secret|token|credential|api_?key|access_key|authorization|signature))re"
      R"re([\w.-]*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|(?:Bearer |Basic )?[^\s,&;"'}\]]+))re",
      std::regex::icase);
  if (line.size() > kLineMost) line = line.substr(0, kLineMost) + " [cut]";
  line = std::regex_replace(line, kAddress, std::string("$1") + kMark + "@");
  return std::regex_replace(line, kNamed, std::string("$1") + kMark);
}

}  // namespace

std::string Redact(std::string text, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    for (const std::string& form : {value, absl::Base64Escape(value), PercentEncode(value)}) ReplaceAll(text, form);
  }
  std::string out;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    out += RedactLine(text.substr(begin, end - begin));
    if (end < text.size()) out += '\n';
    begin = end + 1;
  }
  return out;
}

}  // namespace sandbox::cli
