#pragma once

// What the compiler finds wrong: collected, without duplicates, printed in a fixed order.

#include <google/protobuf/message.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "flyteidl/core/identifier.pb.h"
#include "flyteidl/core/types.pb.h"

namespace sandbox::registry::compiler {

class Errors {
 public:
  void Collect(std::string_view code, std::string_view node, std::string description);

  // How many were collected, repeated ones included: a part that leaves it unchanged found nothing wrong.
  size_t collected() const { return collected_; }
  // "Collected Errors: N\n\tError 0: Code: ..., Node Id: ..., Description: ...\n".
  std::string Text() const;

  // The texts that are used in more than one place.
  void ValueRequired(std::string_view node, std::string_view what);
  void ParameterNotBound(std::string_view node, std::string_view name);
  void VariableNotFound(std::string_view node, std::string_view name);
  void TaskNotFound(std::string_view node, std::string_view id);
  void WorkflowNotFound(std::string_view node, std::string_view id);
  void MismatchingTypes(std::string_view node, std::string_view variable, const flyteidl::core::LiteralType& type,
                        const flyteidl::core::LiteralType& expected);

 private:
  struct Entry {
    std::string code;
    std::string text;
    auto operator<=>(const Entry&) const = default;
  };
  std::set<Entry> entries_;
  size_t collected_ = 0;
};

// Whether a part of the compilation collected errors since this was made.
class Scope {
 public:
  explicit Scope(const Errors& errors) : errors_(errors), start_(errors.collected()) {}
  bool Clean() const { return errors_.collected() == start_; }

 private:
  const Errors& errors_;
  size_t start_;
};

// An id as errors print it and indexes use it; "<nil>" for none.
std::string IdText(bool present, const flyteidl::core::Identifier& id);
// A type as errors about variables print it; in words (TypeName) when that would be longer than kTypeTextBytesMax.
std::string TypeText(const flyteidl::core::LiteralType& type);
// How two types differ that are told in words and by the same ones: ", in the fields [b] (missing), [n] (string instead
// of integer)". Empty for all others.
std::string FieldDifference(const flyteidl::core::LiteralType& type, const flyteidl::core::LiteralType& expected);
// A value as the reference prints it, cut to so many bytes.
std::string ValueText(const google::protobuf::Message& value);

}  // namespace sandbox::registry::compiler
