#include "builds/ignore.h"

#include <algorithm>
#include <optional>

namespace sandbox::builds {
namespace {

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Without empty parts, "." and what ".." takes back; "." for nothing.
std::string Cleaned(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> parts;
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!rooted) {
      parts.push_back(part);
    }
  }
  std::string out = rooted ? "/" : "";
  for (size_t i = 0; i < parts.size(); ++i) out += Cat(i == 0 ? "" : "/", parts[i]);
  return out.empty() ? "." : out;
}

std::unexpected<Error> BadPattern(size_t line, std::string_view what) {
  return Fail(Code::kInvalidArgument, "BAD_PATTERN", Cat("line ", line, ": ", what));
}

// Whether one is the other or a folder above it.
bool OnOneWay(std::string_view one, std::string_view other) {
  if (one.size() > other.size()) std::swap(one, other);
  return one.empty() || (other.starts_with(one) && (other.size() == one.size() || other[one.size()] == '/'));
}

}  // namespace

Result<IgnoreRules> IgnoreRules::Parse(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  IgnoreRules out;
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.starts_with('#')) continue;
    line = Trimmed(line);
    if (line.empty()) continue;
    const bool keeps = line[0] == '!';
    if (keeps) line = Trimmed(line.substr(1));
    if (line.empty()) return BadPattern(number, "\"!\" needs a pattern behind it");
    std::string pattern = Cleaned(line);
    if (pattern.size() > 1 && pattern[0] == '/') pattern.erase(0, 1);
    auto rule = Compile(pattern, number);
    if (!rule) return std::unexpected(std::move(rule.error()));
    rule->keeps = keeps;
    out.rules_.push_back(std::move(*rule));
  }
  return out;
}

Result<IgnoreRules::Rule> IgnoreRules::Compile(std::string_view pattern, size_t line) {
  Rule rule;
  const std::string_view fixed = pattern.substr(0, std::min(pattern.find_first_of("*?[\\"), pattern.size()));
  rule.fixed = fixed.size() == pattern.size() ? fixed : fixed.substr(0, fixed.rfind('/') + 1);
  if (rule.fixed.ends_with('/')) rule.fixed.pop_back();
  using Kind = Token::Kind;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '*' && pattern.substr(at).starts_with("**")) {
      ++at;
      if (pattern.substr(at + 1).starts_with("/")) ++at;
      rule.tokens.push_back({at + 1 == pattern.size() ? Kind::kRest : Kind::kFolders, 0, {}, false});
    } else if (c == '*') {
      rule.tokens.push_back({Kind::kStar, 0, {}, false});
    } else if (c == '?') {
      rule.tokens.push_back({Kind::kAny, 0, {}, false});
    } else if (c == '[') {
      auto token = CompileClass(pattern, at, line);
      if (!token) return std::unexpected(std::move(token.error()));
      rule.tokens.push_back(std::move(*token));
    } else if (c == '\\') {
      if (++at == pattern.size()) return BadPattern(line, "nothing follows the last backslash");
      rule.tokens.push_back({Kind::kLetter, pattern[at], {}, false});
    } else {
      rule.tokens.push_back({Kind::kLetter, c, {}, false});
    }
  }
  return rule;
}

// `at` stands on "[", and afterwards on "]".
Result<IgnoreRules::Token> IgnoreRules::CompileClass(std::string_view pattern, size_t& at, size_t line) {
  Token token{Token::Kind::kClass, 0, {}, false};
  ++at;
  if (at < pattern.size() && pattern[at] == '^') token.negated = true, ++at;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    const auto letter = [&]() -> std::optional<char> {
      if (pattern[at] == '\\') ++at;
      if (at >= pattern.size()) return std::nullopt;
      return pattern[at++];
    };
    const auto low = letter();
    if (!low) break;
    auto high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      high = letter();
      if (!high) break;
    }
    if (*high < *low) return BadPattern(line, "the range of a class is backwards");
    for (int c = *low; c <= *high; ++c) token.letters += static_cast<char>(c);
  }
  if (at >= pattern.size()) return BadPattern(line, "a class has no \"]\"");
  return token;
}

// From the places of the path that were reached to those that the token leads to; false: none is left.
bool IgnoreRules::Step(const Token& token, std::string_view path, std::vector<bool>& places) {
  std::vector<bool> next(places.size());
  for (size_t i = 0; i < places.size(); ++i) {
    if (!places[i]) continue;
    const bool more = i < path.size();
    switch (token.kind) {
      case Token::Kind::kLetter:
        if (more && path[i] == token.letter) next[i + 1] = true;
        break;
      case Token::Kind::kAny:
        if (more && path[i] != '/') next[i + 1] = true;
        break;
      case Token::Kind::kClass:
        if (more && (token.letters.find(path[i]) != std::string::npos) != token.negated) next[i + 1] = true;
        break;
      case Token::Kind::kStar:
        next[i] = true;
        for (size_t to = i; to < path.size() && path[to] != '/'; ++to) next[to + 1] = true;
        break;
      case Token::Kind::kFolders:
        next[i] = true;
        for (size_t to = i; to < path.size(); ++to) next[to + 1] = next[to + 1] || path[to] == '/';
        break;
      case Token::Kind::kRest:
        for (size_t to = i; to < places.size(); ++to) next[to] = true;
        break;
    }
  }
  places = std::move(next);
  return std::ranges::find(places, true) != places.end();
}

bool IgnoreRules::Matches(const Rule& rule, std::string_view path) {
  std::vector<bool> places(path.size() + 1);
  places[0] = true;
  const bool alive = std::ranges::all_of(rule.tokens, [&](const Token& token) { return Step(token, path, places); });
  return alive && places.back();
}

bool IgnoreRules::Excludes(std::string_view path) const {
  bool out = false;
  for (const Rule& rule : rules_) {
    if (rule.keeps != out) continue;  // it would change nothing
    bool matches = Matches(rule, path);
    for (size_t at = path.find('/'); !matches && at != std::string_view::npos; at = path.find('/', at + 1))
      matches = Matches(rule, path.substr(0, at));
    if (matches) out = !rule.keeps;
  }
  return out;
}

bool IgnoreRules::MayKeepBelow(std::string_view folder) const {
  return std::ranges::any_of(rules_, [folder](const Rule& rule) { return rule.keeps && OnOneWay(rule.fixed, folder); });
}

}  // namespace sandbox::builds
