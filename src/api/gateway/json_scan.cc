#include "api/gateway/json_scan.h"

#include <vector>

#include "sandbox/base/encoding.h"

namespace sandbox::api {

namespace {

constexpr size_t kNestingMax = 10'000;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool IsJsonDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsJsonDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// One byte, as the Latin-1 character of that number.
std::string Quote(char c) {
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '\'': return "'\\''";
    case '"': return "'\"'";
    case '\\': return "'\\\\'";
    case '\n': return "'\\n'";
    case '\r': return "'\\r'";
    case '\t': return "'\\t'";
    case '\a': return "'\\a'";
    case '\b': return "'\\b'";
    case '\f': return "'\\f'";
    case '\v': return "'\\v'";
    default: break;
  }
  if (byte < 0x20 || byte == 0x7f) return "'\\x" + Hex({&c, 1}) + "'";
  if (byte < 0x80) return std::string("'") + c + "'";
  if (byte <= 0xa0 || byte == 0xad) return "'\\u00" + Hex({&c, 1}) + "'";
  return std::string("'") + static_cast<char>(0xc0 | (byte >> 6)) + static_cast<char>(0x80 | (byte & 0x3f)) + "'";
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::expected<std::string_view, std::string> First() {
    SkipSpace();
    const size_t start = at_;
    if (at_ == text_.size()) return std::string_view();
    if (!Value()) return std::unexpected(error_);
    return text_.substr(start, at_ - start);
  }

 private:
  bool Fail(std::string_view context) {
    if (error_.empty())
      error_ =
          at_ < text_.size() ? "invalid character " + Quote(text_[at_]) + " " + std::string(context) : "unexpected EOF";
    return false;
  }
  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  bool At(char c) const { return at_ < text_.size() && text_[at_] == c; }

  // Containers are kept on a stack of their own: nesting is the client's choice.
  bool Value() {
    while (true) {
      bool opened = false;
      if (!ValueOrOpening(&opened)) return false;
      if (opened) continue;
      bool next = false;
      while (!stack_.empty() && !next) {
        if (!AfterElement(&next)) return false;
      }
      if (!next) return true;
    }
  }

  // A scalar, an empty container, or the opening of one up to its first value.
  bool ValueOrOpening(bool* opened) {
    SkipSpace();
    if (at_ == text_.size()) return Fail("");
    const char c = text_[at_];
    if (c != '{' && c != '[') return Scalar(c);
    if (stack_.size() >= kNestingMax) return error_ = "exceeded max depth", false;
    ++at_;
    SkipSpace();
    if (At(c == '{' ? '}' : ']')) return ++at_, true;
    stack_.push_back(c);
    *opened = true;
    return c == '[' || Key();
  }

  bool Key() {
    SkipSpace();
    if (!At('"')) return Fail("looking for beginning of object key string");
    if (!String()) return false;
    SkipSpace();
    if (!At(':')) return Fail("after object key");
    ++at_;
    return true;
  }

  // Behind a value inside a container: the next value (`next`), or the end of the container.
  bool AfterElement(bool* next) {
    const bool object = stack_.back() == '{';
    SkipSpace();
    if (At(',')) {
      ++at_;
      *next = true;
      return !object || Key();
    }
    if (!At(object ? '}' : ']')) return Fail(object ? "after object key:value pair" : "after array element");
    ++at_;
    stack_.pop_back();
    return true;
  }

  bool Scalar(char c) {
    switch (c) {
      case '"': return String();
      case 't': return Literal("true");
      case 'f': return Literal("false");
      case 'n': return Literal("null");
      default: return c == '-' || IsJsonDigit(c) ? Number() : Fail("looking for beginning of value");
    }
  }

  bool Literal(std::string_view word) {
    for (size_t i = 0; i < word.size(); ++i, ++at_) {
      if (!At(word[i])) return Fail("in literal " + std::string(word) + " (expecting " + Quote(word[i]) + ")");
    }
    return true;
  }

  bool String() {
    for (++at_; !At('"'); ++at_) {
      if (at_ == text_.size() || static_cast<unsigned char>(text_[at_]) < 0x20) return Fail("in string literal");
      if (text_[at_] == '\\' && !Escape()) return false;
    }
    ++at_;
    return true;
  }

  bool Escape() {
    ++at_;
    if (at_ == text_.size() || std::string_view("bfnrt\\/\"u").find(text_[at_]) == std::string_view::npos)
      return Fail("in string escape code");
    if (text_[at_] != 'u') return true;
    for (int i = 0; i < 4; ++i) {
      ++at_;
      if (at_ == text_.size() || !IsHex(text_[at_])) return Fail("in \\u hexadecimal character escape");
    }
    return true;
  }

  bool Digits(std::string_view context) {
    if (at_ == text_.size() || !IsJsonDigit(text_[at_])) return Fail(context);
    while (at_ < text_.size() && IsJsonDigit(text_[at_])) ++at_;
    return true;
  }

  bool Number() {
    if (At('-')) ++at_;
    if (At('0')) {
      ++at_;
    } else if (!Digits("in numeric literal")) {
      return false;
    }
    if (At('.') && (++at_, !Digits("after decimal point in numeric literal"))) return false;
    if (At('e') || At('E')) {
      ++at_;
      if (At('+') || At('-')) ++at_;
      return Digits("in exponent of numeric literal");
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<char> stack_;
  std::string error_;
};

}  // namespace

std::expected<std::string_view, std::string> FirstJsonValue(std::string_view text) { return Scanner(text).First(); }

}  // namespace sandbox::api
