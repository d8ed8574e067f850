#include "api/kube/selectors.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "sandbox/base/text.h"

namespace sandbox::kube {
namespace {

constexpr size_t kNameMax = 63, kPrefixMax = 253;
constexpr std::string_view kBlanks = " \t\r\n", kSpecial = "=!,()<>";

bool IsAlnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Letters, digits, '-', '_' and '.', the first and the last one a letter or a digit.
bool IsName(std::string_view text) {
  if (text.empty() || text.size() > kNameMax || !IsAlnum(text.front()) || !IsAlnum(text.back())) return false;
  return std::ranges::all_of(text, [](char c) { return IsAlnum(c) || c == '-' || c == '_' || c == '.'; });
}

bool IsPrefix(std::string_view text) {
  const auto small = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= kPrefixMax && std::ranges::all_of(text, small) && IsAlnum(text.front()) &&
         IsAlnum(text.back());
}

bool IsKey(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return IsName(text);
  return IsPrefix(text.substr(0, slash)) && IsName(text.substr(slash + 1));
}

std::optional<int64_t> WholeNumber(std::string_view text) {
  int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::unexpected<Error> Unparsed(std::string_view why) {
  return InvalidArgument(Cat("unable to parse requirement: ", why));
}

}  // namespace

// One pass over the text; a word is what has no blank and no sign in it.
class LabelParser {
 public:
  explicit LabelParser(std::string_view text) : rest_(text) {}

  Result<std::vector<LabelSelector::Term>> Run() {
    std::vector<LabelSelector::Term> out;
    Blanks();
    while (!rest_.empty()) {
      auto term = Next();
      if (!term) return std::unexpected(std::move(term.error()));
      out.push_back(std::move(*term));
      Blanks();
      if (rest_.empty()) break;
      if (!Take(",")) return Unparsed(Cat("found '", Word(), "', expected: ',' or 'end of string'"));
      Blanks();
      if (rest_.empty()) return Unparsed("found '', expected: identifier after ','");
    }
    return out;
  }

 private:
  using Op = LabelSelector::Op;

  void Blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }
  bool Take(std::string_view sign) {
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(sign.size());
    return true;
  }
  std::string Word() {
    size_t end = 0;
    while (end < rest_.size() && !kBlanks.contains(rest_[end]) && !kSpecial.contains(rest_[end])) ++end;
    std::string out(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return ValidUtf8(out);
  }

  // The next letter or sign, for an error; empty at the end.
  std::string First() const { return ValidUtf8(rest_.substr(0, 1)); }

  Result<LabelSelector::Term> Next() {
    LabelSelector::Term term;
    if (Take("!")) {
      term.op = Op::kMissing;
      Blanks();
    }
    term.key = Word();
    if (!IsKey(term.key)) {
      return Unparsed(Cat("<nil>: Invalid value: \"", term.key,
                          "\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and "
                          "end with an alphanumeric character, at most 63 of them"));
    }
    Blanks();
    if (term.op == Op::kMissing || rest_.empty() || rest_.starts_with(',')) return term;
    if (Status read = Operator(term); !read) return std::unexpected(std::move(read.error()));
    for (const std::string& value : term.values) {
      const bool number = term.op == Op::kGreater || term.op == Op::kLess;
      if (number && !WholeNumber(value))
        return Unparsed(Cat("values: '", value, "': for 'Gt', 'Lt' operators, the value must be an integer"));
      if (!value.empty() && !IsName(value)) {
        return Unparsed(Cat("values: Invalid value: \"", value,
                            "\": a valid label must be an empty string or consist of alphanumeric characters, '-', "
                            "'_' or '.', and must start and end with an alphanumeric character"));
      }
    }
    return term;
  }

  Status Operator(LabelSelector::Term& term) {
    if (Take("!=")) return One(term, Op::kNotIn);
    if (Take("==") || Take("=")) return One(term, Op::kIn);
    if (Take(">")) return One(term, Op::kGreater);
    if (Take("<")) return One(term, Op::kLess);
    const std::string word = Word();
    if (word == "in") return Many(term, Op::kIn);
    if (word == "notin") return Many(term, Op::kNotIn);
    const std::string found = word.empty() ? First() : word;
    return Unparsed(Cat("found '", found, "', expected: in, notin, =, ==, !=, gt, lt"));
  }

  Status One(LabelSelector::Term& term, Op op) {
    term.op = op;
    Blanks();
    term.values.push_back(Word());
    return {};
  }

  Status Many(LabelSelector::Term& term, Op op) {
    term.op = op;
    Blanks();
    if (!Take("(")) return Unparsed(Cat("found '", First(), "' expected: '('"));
    do {
      Blanks();
      term.values.push_back(Word());
      Blanks();
    } while (Take(","));
    if (!Take(")")) return Unparsed(Cat("found '", First(), "', expected: ',' or ')'"));
    return {};
  }

  std::string_view rest_;
};

Result<LabelSelector> LabelSelector::Parse(std::string_view text) {
  auto terms = LabelParser(text).Run();
  if (!terms) return std::unexpected(std::move(terms.error()));
  LabelSelector out;
  out.terms_ = std::move(*terms);
  return out;
}

bool LabelSelector::Holds(const Term& term, const Fields& labels) {
  const auto found = labels.find(term.key);
  const bool exists = found != labels.end();
  const bool listed = exists && std::ranges::find(term.values, found->second) != term.values.end();
  switch (term.op) {
    case Op::kExists: return exists;
    case Op::kMissing: return !exists;
    case Op::kIn: return listed;
    case Op::kNotIn: return !listed;
    case Op::kGreater:
    case Op::kLess: break;
  }
  const auto value = exists ? WholeNumber(found->second) : std::nullopt;
  const auto bound = WholeNumber(term.values.front());
  return value && bound && (term.op == Op::kGreater ? *value > *bound : *value < *bound);
}

bool LabelSelector::Matches(const Fields& labels) const {
  return std::ranges::all_of(terms_, [&](const Term& term) { return Holds(term, labels); });
}

namespace {

// The text up to the next comma that a backslash does not stand before.
std::string_view CutTerm(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && text[end] != ',') end += text[end] == '\\' && end + 1 < text.size() ? 2 : 1;
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

std::optional<std::string> Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' || text[i] == '=') return std::nullopt;
    if (text[i] == '\\') {
      if (++i == text.size() || (text[i] != '\\' && text[i] != ',' && text[i] != '=')) return std::nullopt;
    }
    out += text[i];
  }
  return out;
}

}  // namespace

Result<FieldSelector> FieldSelector::Parse(std::string_view text) {
  FieldSelector out;
  const std::string_view whole = text;
  while (!text.empty()) {
    const std::string_view term = CutTerm(text);
    if (term.empty()) continue;
    size_t at = 0;
    std::string_view sign;
    for (; at < term.size() && sign.empty(); ++at) {
      for (const std::string_view op : {"!=", "==", "="}) {
        if (sign.empty() && term.substr(at).starts_with(op)) sign = op;
      }
      if (!sign.empty()) break;
    }
    const auto value = sign.empty() ? std::nullopt : Unescape(term.substr(at + sign.size()));
    if (!value) {
      return InvalidArgument(
          Cat("invalid selector: '", ValidUtf8(whole), "'; can't understand '", ValidUtf8(term), "'"));
    }
    out.terms_.push_back({ValidUtf8(term.substr(0, at)), *value, sign != "!="});
  }
  return out;
}

bool FieldSelector::Matches(const Fields& fields) const {
  return std::ranges::all_of(terms_, [&](const Term& term) {
    const auto found = fields.find(term.field);
    return (found == fields.end() ? term.value.empty() : found->second == term.value) == term.equal;
  });
}

Status FieldSelector::Check(const std::vector<std::string_view>& known) const {
  for (const Term& term : terms_) {
    if (std::ranges::find(known, term.field) != known.end()) continue;
    std::string names;
    for (const std::string_view name : known) names += Cat(names.empty() ? "" : ", ", name);
    return InvalidArgument(Cat("field label not supported: ", term.field, "; there are ", names));
  }
  return {};
}

std::string FieldSelector::Wanted(std::string_view field) const {
  const auto found = std::ranges::find_if(terms_, [&](const Term& term) { return term.equal && term.field == field; });
  return found == terms_.end() ? "" : found->value;
}

}  // namespace sandbox::kube
