#include "bindings.h"

#include <charconv>
#include <optional>

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

std::unexpected<Error> ResolutionFailure(std::string message) {
  return Fail(Code::kFailedPrecondition, "BindingResolutionFailure", std::move(message));
}

// "[2].o0" is item 2 of the collection o0.
struct VariableName {
  std::string name;
  std::optional<uint64_t> index;
};

VariableName ParseVariable(const std::string& text) {
  const size_t close = text.find("].");
  if (text.empty() || text[0] != '[' || close == std::string::npos) return {text, std::nullopt};
  uint64_t index = 0;
  const auto [end, failed] = std::from_chars(text.data() + 1, text.data() + close, index);
  if (failed != std::errc() || end != text.data() + close) return {text, std::nullopt};
  return {text.substr(close + 2), index};
}

Result<core::Literal> ResolvePromise(const core::OutputReference& promise, const OutputsOf& outputs_of,
                                     ValueLookup& values) {
  const core::LiteralMap* outputs = outputs_of(promise.node_id());
  const VariableName variable = ParseVariable(promise.var());
  const auto missing = [&] {
    return ResolutionFailure(Cat("Failed to find [", promise.node_id(), "].[", variable.name, "]"));
  };
  if (outputs == nullptr) return missing();
  const auto found = outputs->literals().find(variable.name);
  if (found == outputs->literals().end()) return missing();
  const core::Literal* literal = &found->second;
  if (variable.index) {
    const auto value = values.Find(*literal);
    if (!value)
      return ResolutionFailure(
          Cat("failed to read [", promise.node_id(), "].[", variable.name, "]: ", value.error().message));
    literal = *value;
    if (!literal->has_collection() || *variable.index >= static_cast<uint64_t>(literal->collection().literals_size()))
      return missing();
    literal = &literal->collection().literals(static_cast<int>(*variable.index));
  }
  if (promise.attr_path_size() == 0) return *literal;
  return ResolveAttributes(*literal, promise.attr_path(), promise.node_id(), values);
}

Result<core::Literal> ResolveData(const core::BindingData& data, const OutputsOf& outputs_of, ValueLookup& values) {
  core::Literal out;
  switch (data.value_case()) {
    case core::BindingData::kScalar: *out.mutable_scalar() = data.scalar(); return out;
    case core::BindingData::kPromise: return ResolvePromise(data.promise(), outputs_of, values);
    case core::BindingData::kCollection:
      out.mutable_collection();
      for (const core::BindingData& element : data.collection().bindings()) {
        auto literal = ResolveData(element, outputs_of, values);
        if (!literal) return literal;
        *out.mutable_collection()->add_literals() = std::move(*literal);
      }
      return out;
    case core::BindingData::kMap:
      out.mutable_map();
      for (const auto& [key, element] : data.map().bindings()) {
        auto literal = ResolveData(element, outputs_of, values);
        if (!literal) return literal;
        (*out.mutable_map()->mutable_literals())[key] = std::move(*literal);
      }
      return out;
    case core::BindingData::VALUE_NOT_SET: break;
    default: break;
  }
  return ResolutionFailure("unsupported binding kind");
}

}  // namespace

Result<core::LiteralMap> ResolveInputs(const google::protobuf::RepeatedPtrField<core::Binding>& bindings,
                                       const OutputsOf& outputs_of, ValueLookup& values) {
  core::LiteralMap out;
  for (const core::Binding& binding : bindings) {
    auto literal = ResolveData(binding.binding(), outputs_of, values);
    if (!values.Complete()) continue;  // all that is missing is named at once
    if (!literal) {
      literal.error().message = Cat("Error binding Var [", binding.var(), "], caused by: ", literal.error().message);
      return std::unexpected(std::move(literal.error()));
    }
    (*out.mutable_literals())[binding.var()] = std::move(*literal);
  }
  return out;
}

}  // namespace sandbox::engine
