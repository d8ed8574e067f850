#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::api {

// One token of text that is known to be valid JSON.
struct JsonToken {
  enum class Kind { kObjectOpen, kObjectClose, kArrayOpen, kArrayClose, kString, kNumber, kBool, kNull };
  Kind kind;
  std::string_view raw;
  size_t position;

  // The text of a string, unescaped, as UTF-8.
  std::string Text() const;
};

// Reads tokens; commas and colons are skipped because the text is valid.
class JsonTokens {
 public:
  explicit JsonTokens(std::string_view text) : text_(text) {}
  JsonToken Next();
  JsonToken Peek() const { return JsonTokens(*this).Next(); }
  // Skips a whole value.
  void Skip();
  // "line 1:5", columns in characters.
  std::string Line(size_t position) const;

 private:
  std::string_view text_;
  size_t at_ = 0;
};

// A number, or a string that holds one without space around it, as an integer of the range; "1.0" and "1e3" are
// integers.
std::optional<int64_t> JsonSigned(const JsonToken& token, int64_t min, int64_t max);
std::optional<uint64_t> JsonUnsigned(const JsonToken& token, uint64_t max);
std::optional<double> JsonDouble(const JsonToken& token);

}  // namespace sandbox::api
