#include "api/local/log_search.h"

#include <nlohmann/json.hpp>

namespace sandbox::api {
namespace {

constexpr size_t kPatternMax = 1000;
constexpr int64_t kMemoryMax = 64 << 20;
constexpr int64_t kMatchesUsual = 1000, kMatchesMax = 100'000;
constexpr uint64_t kLookLines = 20'000, kLookBytes = 4 << 20;  // between two looks at the client
constexpr uint64_t kSearchedMax = 1 << 20;                     // of a line that is longer its beginning is searched

// Of UTF-8, as many as a text in JavaScript has.
size_t Utf16Units(std::string_view text) {
  size_t out = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) out += byte >= 0xF0 ? 2 : 1;
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<RE2>> LogExpression(const Target& target) {
  const std::string text = target.Get("q");
  if (text.empty() || text.size() > kPatternMax)
    return InvalidField("q", Cat("q has to be a text of at most ", kPatternMax, " bytes"));
  RE2::Options options(RE2::Quiet);
  options.set_literal(target.Get("regex") != "1");
  options.set_case_sensitive(target.Get("case") == "1");
  options.set_max_mem(kMemoryMax);
  auto out = std::make_unique<RE2>(text, options);
  if (!out->ok()) return InvalidField("q", Cat("q is no regular expression: ", out->error()));
  return out;
}

std::vector<std::pair<size_t, size_t>> MatchesOf(const RE2& expression, const std::string& line, size_t most) {
  std::vector<std::pair<size_t, size_t>> out;
  const re2::StringPiece text(line);
  re2::StringPiece match;
  for (size_t at = 0; at <= text.size() && out.size() < most;) {
    if (!expression.Match(text, at, text.size(), RE2::UNANCHORED, &match, 1)) break;
    const auto begin = static_cast<size_t>(match.data() - text.data());
    if (match.empty()) {
      at = begin + 1;
      continue;
    }
    const size_t start = Utf16Units(std::string_view(line).substr(0, begin));
    out.emplace_back(start, start + Utf16Units(std::string_view(match.data(), match.size())));
    at = begin + match.size();
  }
  return out;
}

Result<std::unique_ptr<LogSearch>> LogSearch::Make(const Target& target) {
  auto expression = LogExpression(target);
  if (!expression) return std::unexpected(expression.error());
  const auto from = target.Number("from", 0, 0, INT64_MAX / 2);
  if (!from) return std::unexpected(from.error());
  const auto limit = target.Number("limit", kMatchesUsual, 1, kMatchesMax);
  if (!limit) return std::unexpected(limit.error());
  std::unique_ptr<LogSearch> out(
      new LogSearch(std::move(*expression), static_cast<uint64_t>(*from), static_cast<uint64_t>(*limit)));
  const std::string stream = target.Get("stderr");
  if (!stream.empty()) out->stderr_ = stream == "1";
  return out;
}

template <typename Take>
void LogSearch::Scan(logs::LogReader& log, Take take) {
  uint64_t lines = 0, bytes = 0;
  ended_ = true;
  log.Read(at_, kSearchedMax, [&](logs::LogLine&& line) {
    at_ = line.number + 1;
    ++scanned_;
    bytes += line.bytes;
    if (!stderr_ || *stderr_ == line.is_stderr) take(line);
    ended_ = false;
    const bool more = found_ < limit_ && ++lines < kLookLines && bytes < kLookBytes;
    if (more) ended_ = true;  // unless it is stopped here, what ends it is the end of the log
    return more;
  });
  done_ = ended_ || found_ >= limit_;
}

std::string LogSearch::MatchesIn(const logs::LogLine& line) {
  std::string out;
  for (const auto& [start, end] : MatchesOf(*expression_, line.text, limit_ - found_)) {
    out += Cat("[", line.number, ",", start, ",", end, "]\n");
    ++found_;
  }
  return out;
}

std::string LogSearch::NextMatches(logs::LogReader& log) {
  std::string out;
  Scan(log, [&](const logs::LogLine& line) { out += MatchesIn(line); });
  if (done_) {
    const std::string end = ended_ ? "true,\"next\":null" : Cat("false,\"next\":", at_);
    out += Cat("{\"done\":", end, ",\"scanned\":", scanned_, "}\n");
  }
  return out;
}

std::string LogSearch::NextLines(logs::LogReader& log) {
  std::string out;
  Scan(log, [&](const logs::LogLine& line) {
    if (!RE2::PartialMatch(line.text, *expression_)) return;
    out += line.text;
    out += '\n';
  });
  return out;
}

}  // namespace sandbox::api
