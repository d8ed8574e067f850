#include <map>
#include <set>

#include "bindings.h"
#include "msgpack.h"
#include "sandbox/model/promises.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using Path = google::protobuf::RepeatedPtrField<core::PromiseAttribute>;

constexpr std::string_view kMsgpack = "msgpack";

constexpr size_t kKeysTold = 20;

// Where in a promise of which node a walk is: what its errors name.
struct Place {
  const std::string& node_id;
  const Path& path;
};

std::unexpected<Error> AttributeFailure(const Place& place, std::string message) {
  return Fail(Code::kFailedPrecondition, "PromiseAttributeResolveError",
              Cat("failed to resolve attribute path [", model::AttributesText(place.path), "] in promise of node [",
                  place.node_id, "]: ", message));
}

std::string StepText(const core::PromiseAttribute& step) {
  return step.has_string_value() ? Cat("\"", step.string_value(), "\"") : Cat("[", step.int_value(), "]");
}

std::unexpected<Error> NoKey(const Place& place, const core::PromiseAttribute& step, std::set<std::string> keys) {
  std::string text;
  size_t told = 0;
  for (const std::string& key : keys) {
    text += Cat(told > 0 ? ", " : "", told < kKeysTold ? key : "...");
    if (told++ == kKeysTold) break;
  }
  return AttributeFailure(place, Cat("key [", step.string_value(), "] does not exist",
                                     keys.empty() ? "; there are none" : Cat("; there are: ", text)));
}

std::unexpected<Error> NoItem(const Place& place, const core::PromiseAttribute& step, size_t count) {
  return AttributeFailure(place, Cat("index [", step.int_value(), "] is out of range of a list of ", count));
}

// `what` cannot be asked for what the step names.
std::unexpected<Error> WrongStep(const Place& place, const core::PromiseAttribute& step, std::string_view what) {
  return AttributeFailure(place, Cat(what, " has no ", step.has_string_value() ? "key " : "item ", StepText(step)));
}

template <typename Map>
std::set<std::string> KeysOf(const Map& map) {
  std::set<std::string> keys;
  for (const auto& entry : map) keys.insert(entry.first);
  return keys;
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

std::string_view KindOf(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kNumberValue: return "a number";
    case google::protobuf::Value::kStringValue: return "a string";
    case google::protobuf::Value::kBoolValue: return "a boolean";
    case google::protobuf::Value::kStructValue: return "a map";
    case google::protobuf::Value::kListValue: return "a list";
    case google::protobuf::Value::kNullValue:
    case google::protobuf::Value::KIND_NOT_SET: break;
  }
  return "none";
}

Result<core::Literal> WalkStruct(const google::protobuf::Struct& top, const Place& place, int from) {
  google::protobuf::Value current;
  *current.mutable_struct_value() = top;
  for (int i = from; i < place.path.size(); ++i) {
    const core::PromiseAttribute& step = place.path[i];
    if (current.has_struct_value() && step.has_string_value()) {
      const auto& fields = current.struct_value().fields();
      const auto found = fields.find(step.string_value());
      if (found == fields.end()) return NoKey(place, step, KeysOf(fields));
      current = google::protobuf::Value(found->second);
    } else if (current.has_list_value() && step.has_int_value()) {
      const int size = current.list_value().values_size();
      if (step.int_value() < 0 || step.int_value() >= size) return NoItem(place, step, size);
      current = google::protobuf::Value(current.list_value().values(step.int_value()));
    } else {
      return WrongStep(place, step, KindOf(current));
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

std::string_view KindOf(const MsgpackValue& packed) {
  const auto& value = packed.value;
  if (std::holds_alternative<bool>(value)) return "a boolean";
  if (std::holds_alternative<int64_t>(value)) return "an integer";
  if (std::holds_alternative<double>(value)) return "a float";
  if (std::holds_alternative<std::string_view>(value)) return "a string";
  if (std::holds_alternative<MsgpackValue::Bytes>(value)) return "a bytes object";
  if (std::holds_alternative<MsgpackValue::List>(value)) return "a list";
  if (std::holds_alternative<MsgpackValue::Map>(value)) return "a map";
  return "none";
}

// A map's keys that are texts, with what they stand for.
std::map<std::string, std::string_view> EntriesOf(const MsgpackValue::Map& map) {
  std::map<std::string, std::string_view> out;
  for (size_t i = 0; i + 1 < map.elements.size(); i += 2) {
    const auto key = ReadMsgpack(map.elements[i]);
    const auto* text = key ? std::get_if<std::string_view>(&key->value) : nullptr;
    if (text != nullptr) out.emplace(*text, map.elements[i + 1]);
  }
  return out;
}

// The raw bytes of the element that `step` names.
Result<std::string_view> MsgpackStep(std::string_view bytes, const Place& place, const core::PromiseAttribute& step) {
  const auto read = ReadMsgpack(bytes);
  if (!read) return AttributeFailure(place, read.error().message);
  if (const auto* map = std::get_if<MsgpackValue::Map>(&read->value); map != nullptr && step.has_string_value()) {
    const auto entries = EntriesOf(*map);
    const auto found = entries.find(step.string_value());
    if (found == entries.end()) return NoKey(place, step, KeysOf(entries));
    return found->second;
  }
  const auto* list = std::get_if<MsgpackValue::List>(&read->value);
  if (list == nullptr || !step.has_int_value()) return WrongStep(place, step, KindOf(*read));
  if (step.int_value() < 0 || static_cast<size_t>(step.int_value()) >= list->elements.size())
    return NoItem(place, step, list->elements.size());
  return list->elements[step.int_value()];
}

Result<core::Literal> WalkMsgpack(std::string_view bytes, const Place& place, int from) {
  for (int i = from; i < place.path.size(); ++i) {
    const auto next = MsgpackStep(bytes, place, place.path[i]);
    if (!next) return std::unexpected(next.error());
    bytes = *next;
  }
  return FromMsgpack(bytes);
}

}  // namespace

Result<core::Literal> ResolveAttributes(const core::Literal& literal, const Path& path, const std::string& node_id,
                                        ValueLookup& values) {
  const Place place{node_id, path};
  const core::Literal* current = &literal;
  int i = 0;
  for (; i < path.size(); ++i) {
    // An optional value that is there has the attributes of what it holds.
    while (current->scalar().has_union_()) current = &current->scalar().union_().value();
    const auto value = values.Find(*current);
    if (!value)
      return AttributeFailure(place, Cat("failed to read offloaded metadata for promise: ", value.error().message));
    current = *value;
    if (current->has_scalar()) break;
    const core::PromiseAttribute& step = path[i];
    if (current->has_map() && step.has_string_value()) {
      const auto& entries = current->map().literals();
      const auto found = entries.find(step.string_value());
      if (found == entries.end()) return NoKey(place, step, KeysOf(entries));
      current = &found->second;
    } else if (current->has_collection() && step.has_int_value()) {
      const int size = current->collection().literals_size();
      if (step.int_value() < 0 || step.int_value() >= size) return NoItem(place, step, size);
      current = &current->collection().literals(step.int_value());
    } else {
      return WrongStep(place, step, current->has_map() ? "a map" : current->has_collection() ? "a list" : "none");
    }
  }
  const core::Scalar& scalar = current->scalar();
  if (scalar.has_generic()) return WalkStruct(scalar.generic(), place, i);
  if (scalar.has_binary()) {
    if (scalar.binary().tag() != kMsgpack)
      return AttributeFailure(place, Cat("unsupported binary tag [", scalar.binary().tag(), "]"));
    return WalkMsgpack(scalar.binary().value(), place, i);
  }
  if (i < path.size() && scalar.has_none_type()) return WrongStep(place, path[i], "none");
  return *current;  // other scalars have no attributes: the rest of the path is ignored
}

}  // namespace sandbox::engine
