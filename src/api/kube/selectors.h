#pragma once

// Kubernetes' selectors: -l and --field-selector. Pure. Errors are INVALID_ARGUMENT with Kubernetes' own texts.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::kube {

using Fields = std::map<std::string, std::string, std::less<>>;

// "a=b", "a==b", "a!=b", "a in (b, c)", "a notin (b)", "a", "!a", "a>1", "a<1", with commas between: all must hold.
class LabelSelector {
 public:
  static Result<LabelSelector> Parse(std::string_view text);
  bool Matches(const Fields& labels) const;
  bool Empty() const { return terms_.empty(); }

 private:
  enum class Op { kIn, kNotIn, kExists, kMissing, kGreater, kLess };
  struct Term {
    std::string key;
    Op op = Op::kExists;
    std::vector<std::string> values;
  };
  friend class LabelParser;
  static bool Holds(const Term& term, const Fields& labels);

  std::vector<Term> terms_;
};

// "a=b", "a==b", "a!=b", with commas between; a backslash takes the meaning of a comma, an equals sign or a backslash.
class FieldSelector {
 public:
  static Result<FieldSelector> Parse(std::string_view text);
  // Fields that are not there are empty.
  bool Matches(const Fields& fields) const;
  // INVALID_ARGUMENT for a field that is not one of these.
  Status Check(const std::vector<std::string_view>& known) const;
  // What the field has to be equal to; empty when it may be anything.
  std::string Wanted(std::string_view field) const;

 private:
  struct Term {
    std::string field, value;
    bool equal = true;
  };
  std::vector<Term> terms_;
};

}  // namespace sandbox::kube
