#include "sandbox/model/promises.h"

#include <algorithm>

#include "sandbox/base/error.h"

namespace sandbox::model {
namespace {

constexpr const char* kStartNode = "start-node";

bool IsIdentifier(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string AttributesText(const google::protobuf::RepeatedPtrField<flyteidl::core::PromiseAttribute>& path) {
  std::string out;
  for (const auto& step : path) {
    if (!step.has_string_value()) {
      out += Cat("[", step.int_value(), "]");
    } else if (IsIdentifier(step.string_value())) {
      out += Cat(".", step.string_value());
    } else {
      out += Cat("[\"", step.string_value(), "\"]");
    }
  }
  return out;
}

std::string PromiseText(const flyteidl::core::OutputReference& promise) {
  const bool input = promise.node_id().empty() || promise.node_id() == kStartNode;
  return Cat(input ? "" : promise.node_id() + ".", promise.var(), AttributesText(promise.attr_path()));
}

}  // namespace sandbox::model
