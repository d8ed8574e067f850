#include "bindings.h"
#include "msgpack.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using Path = google::protobuf::RepeatedPtrField<core::PromiseAttribute>;

constexpr std::string_view kMsgpack = "msgpack";

std::unexpected<Error> AttributeFailure(const std::string& node_id, std::string message) {
  return Fail(Code::kFailedPrecondition, "PromiseAttributeResolveError",
              Cat("failed to resolve attribute path in promise of node [", node_id, "]: ", message));
}

std::string StepText(const core::PromiseAttribute& step) {
  return step.has_string_value() ? Cat("\"", step.string_value(), "\"") : std::to_string(step.int_value());
}

core::Literal FromStructValue(const google::protobuf::Value& value) {
  core::Literal out;
  switch (value.kind_case()) {
    case google::protobuf::Value::kNumberValue:
      out.mutable_scalar()->mutable_primitive()->set_float_value(value.number_value());
      break;
    case google::protobuf::Value::kStringValue:
      out.mutable_scalar()->mutable_primitive()->set_string_value(value.string_value());
      break;
    case google::protobuf::Value::kBoolValue:
      out.mutable_scalar()->mutable_primitive()->set_boolean(value.bool_value());
      break;
    case google::protobuf::Value::kStructValue: *out.mutable_scalar()->mutable_generic() = value.struct_value(); break;
    case google::protobuf::Value::kListValue:
      out.mutable_collection();
      for (const auto& element : value.list_value().values())
        *out.mutable_collection()->add_literals() = FromStructValue(element);
      break;
    case google::protobuf::Value::kNullValue:
    case google::protobuf::Value::KIND_NOT_SET: break;  // a literal without a value, as the reference makes it
  }
  return out;
}

Result<core::Literal> WalkStruct(const google::protobuf::Struct& top, const Path& path, int from,
                                 const std::string& node_id) {
  google::protobuf::Value current;
  *current.mutable_struct_value() = top;
  for (int i = from; i < path.size(); ++i) {
    const core::PromiseAttribute& step = path[i];
    if (current.has_struct_value() && step.has_string_value()) {
      const auto found = current.struct_value().fields().find(step.string_value());
      if (found == current.struct_value().fields().end())
        return AttributeFailure(node_id, Cat("key [", step.string_value(), "] does not exist"));
      current = google::protobuf::Value(found->second);
    } else if (current.has_list_value() && step.has_int_value()) {
      if (step.int_value() < 0 || step.int_value() >= current.list_value().values_size())
        return AttributeFailure(node_id, Cat("index [", step.int_value(), "] is out of range"));
      current = google::protobuf::Value(current.list_value().values(step.int_value()));
    } else {
      return AttributeFailure(node_id, Cat("unexpected attribute ", StepText(step)));
    }
  }
  return FromStructValue(current);
}

core::Literal BinaryLiteral(std::string_view bytes) {
  core::Literal out;
  out.mutable_scalar()->mutable_binary()->set_value(std::string(bytes));
  out.mutable_scalar()->mutable_binary()->set_tag(std::string(kMsgpack));
  return out;
}

// Scalars become primitives and a list a collection; everything else, and each element of the list, stays packed.
Result<core::Literal> FromMsgpack(std::string_view bytes) {
  auto read = ReadMsgpack(bytes);
  if (!read) return std::unexpected(std::move(read.error()));
  core::Literal out;
  const auto& value = read->value;
  if (const auto* flag = std::get_if<bool>(&value)) {
    out.mutable_scalar()->mutable_primitive()->set_boolean(*flag);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    out.mutable_scalar()->mutable_primitive()->set_integer(*integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    out.mutable_scalar()->mutable_primitive()->set_float_value(*real);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    out.mutable_scalar()->mutable_primitive()->set_string_value(std::string(*text));
  } else if (const auto* list = std::get_if<MsgpackValue::List>(&value)) {
    out.mutable_collection();
    for (std::string_view element : list->elements) *out.mutable_collection()->add_literals() = BinaryLiteral(element);
  } else {
    return BinaryLiteral(bytes);
  }
  return out;
}

// The raw bytes of the element that `step` names; nullopt when there is none.
std::optional<std::string_view> MsgpackStep(std::string_view bytes, const core::PromiseAttribute& step) {
  const auto read = ReadMsgpack(bytes);
  if (!read) return std::nullopt;
  if (const auto* map = std::get_if<MsgpackValue::Map>(&read->value); map != nullptr && step.has_string_value()) {
    for (size_t i = 0; i + 1 < map->elements.size(); i += 2) {
      const auto key = ReadMsgpack(map->elements[i]);
      const auto* text = key ? std::get_if<std::string_view>(&key->value) : nullptr;
      if (text != nullptr && *text == step.string_value()) return map->elements[i + 1];
    }
  }
  if (const auto* list = std::get_if<MsgpackValue::List>(&read->value); list != nullptr && step.has_int_value()) {
    if (step.int_value() >= 0 && static_cast<size_t>(step.int_value()) < list->elements.size())
      return list->elements[step.int_value()];
  }
  return std::nullopt;
}

Result<core::Literal> WalkMsgpack(std::string_view bytes, const Path& path, int from, const std::string& node_id) {
  for (int i = from; i < path.size(); ++i) {
    const auto next = MsgpackStep(bytes, path[i]);
    if (!next) return AttributeFailure(node_id, Cat("attribute ", StepText(path[i]), " does not exist"));
    bytes = *next;
  }
  return FromMsgpack(bytes);
}

}  // namespace

Result<core::Literal> ResolveAttributes(const core::Literal& literal, const Path& path, const std::string& node_id,
                                        ValueLookup& values) {
  const core::Literal* current = &literal;
  int i = 0;
  for (; i < path.size(); ++i) {
    const auto value = values.Find(*current);
    if (!value)
      return AttributeFailure(node_id, Cat("failed to read offloaded metadata for promise: ", value.error().message));
    current = *value;
    if (current->has_scalar()) break;
    const core::PromiseAttribute& step = path[i];
    if (current->has_map() && step.has_string_value()) {
      const auto found = current->map().literals().find(step.string_value());
      if (found == current->map().literals().end())
        return AttributeFailure(node_id, Cat("key [", step.string_value(), "] does not exist"));
      current = &found->second;
    } else if (current->has_collection() && step.has_int_value()) {
      if (step.int_value() < 0 || step.int_value() >= current->collection().literals_size())
        return AttributeFailure(node_id, Cat("index [", step.int_value(), "] is out of range"));
      current = &current->collection().literals(step.int_value());
    } else {
      return AttributeFailure(node_id, Cat("unexpected attribute ", StepText(step)));
    }
  }
  if (current->scalar().has_generic()) return WalkStruct(current->scalar().generic(), path, i, node_id);
  if (current->scalar().has_binary()) {
    if (current->scalar().binary().tag() != kMsgpack)
      return AttributeFailure(node_id, Cat("unsupported binary tag [", current->scalar().binary().tag(), "]"));
    return WalkMsgpack(current->scalar().binary().value(), path, i, node_id);
  }
  return *current;  // other scalars have no attributes: the rest of the path is ignored
}

}  // namespace sandbox::engine
