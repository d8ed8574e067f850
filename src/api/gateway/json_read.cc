#include "api/gateway/json_read.h"

#include <google/protobuf/descriptor.h>

#include <limits>
#include <memory>
#include <set>

#include "api/gateway/json_known.h"
#include "api/gateway/json_scan.h"
#include "api/gateway/json_token.h"
#include "sandbox/base/encoding.h"

namespace sandbox::api {

namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;
using Kind = JsonToken::Kind;

namespace {

// The stack is ours: deeper than any real specification, far from overflowing a thread.
constexpr int kDepthMax = 500;

class Reader {
 public:
  explicit Reader(std::string_view text) : tokens_(text) {}

  Status Message(pb::Message* message) {
    if (++depth_ > kDepthMax) return InvalidArgument("proto: exceeded max recursion depth");
    Status status = IsKnownType(*message->GetDescriptor()) ? Known(message) : Object(message);
    --depth_;
    return status;
  }

 private:
  std::unexpected<Error> Wrong(const JsonToken& token, std::string_view what) {
    return InvalidArgument(Cat("proto: (", tokens_.Line(token.position), "): ", what));
  }
  std::unexpected<Error> Unexpected(const JsonToken& token) {
    return InvalidArgument(
        Cat("proto: syntax error (", tokens_.Line(token.position), "): unexpected token ", token.raw));
  }
  std::unexpected<Error> BadValue(const Field& field, const JsonToken& token) {
    return Wrong(token, Cat("invalid value for ", pb::FieldDescriptor::TypeName(field.type()), " field ",
                            field.json_name(), ": ", token.raw));
  }

  static const Field* FindField(const pb::Descriptor& type, const std::string& name) {
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->json_name() == name) return type.field(i);
    }
    return type.FindFieldByName(name);
  }

  Status Object(pb::Message* message) {
    if (const JsonToken open = tokens_.Next(); open.kind != Kind::kObjectOpen) return Unexpected(open);
    std::set<const Field*> seen;
    std::set<const pb::OneofDescriptor*> seen_oneofs;
    while (true) {
      const JsonToken name = tokens_.Next();
      if (name.kind == Kind::kObjectClose) return {};
      const Field* field = FindField(*message->GetDescriptor(), name.Text());
      if (field == nullptr) return Wrong(name, Cat("unknown field ", name.raw));
      if (!seen.insert(field).second) return Wrong(name, Cat("duplicate field ", name.raw));
      if (tokens_.Peek().kind == Kind::kNull && !TakesNull(*field)) {
        tokens_.Skip();
        continue;
      }
      const pb::OneofDescriptor* oneof = field->containing_oneof();
      if (oneof != nullptr && !seen_oneofs.insert(oneof).second) {
        return Wrong(name, Cat("error parsing ", name.raw, ", oneof ", oneof->full_name(), " is already set"));
      }
      Status status = field->is_map()        ? Map(message, *field)
                      : field->is_repeated() ? List(message, *field)
                                             : Value(message, *field, false);
      if (!status) return status;
    }
  }

  static bool TakesNull(const Field& field) {
    if (field.is_repeated()) return false;
    if (field.cpp_type() == Field::CPPTYPE_ENUM) return field.enum_type()->full_name() == "google.protobuf.NullValue";
    return field.cpp_type() == Field::CPPTYPE_MESSAGE && field.message_type()->full_name() == "google.protobuf.Value";
  }

  Status List(pb::Message* message, const Field& field) {
    if (const JsonToken open = tokens_.Next(); open.kind != Kind::kArrayOpen) return Unexpected(open);
    while (tokens_.Peek().kind != Kind::kArrayClose) {
      if (Status status = Value(message, field, true); !status) return status;
    }
    (void)tokens_.Next();
    return {};
  }

  Status Map(pb::Message* message, const Field& field) {
    if (const JsonToken open = tokens_.Next(); open.kind != Kind::kObjectOpen) return Unexpected(open);
    std::set<std::string> seen;
    while (true) {
      const JsonToken key = tokens_.Next();
      if (key.kind == Kind::kObjectClose) return {};
      pb::Message* entry = message->GetReflection()->AddMessage(message, &field);
      if (Status status = Key(entry, *field.message_type()->map_key(), key); !status) return status;
      if (!seen.insert(key.Text()).second) return Wrong(key, Cat("duplicate map key ", key.raw));
      if (Status status = Value(entry, *field.message_type()->map_value(), false); !status) return status;
    }
  }

  Status Key(pb::Message* entry, const Field& field, const JsonToken& token) {
    const std::string text = token.Text();
    if (field.cpp_type() == Field::CPPTYPE_STRING)
      return entry->GetReflection()->SetString(entry, &field, text), Status{};
    if (field.cpp_type() != Field::CPPTYPE_BOOL && Scalar(entry, field, token, false)) return {};
    if (field.cpp_type() == Field::CPPTYPE_BOOL && (text == "true" || text == "false")) {
      return entry->GetReflection()->SetBool(entry, &field, text == "true"), Status{};
    }
    return Wrong(token, Cat("invalid value for ", pb::FieldDescriptor::TypeName(field.type()), " key: ", token.raw));
  }

  // The next value into a singular field, or as a new element of a list.
  Status Value(pb::Message* message, const Field& field, bool add) {
    const pb::Reflection& r = *message->GetReflection();
    if (field.cpp_type() == Field::CPPTYPE_MESSAGE)
      return Message(add ? r.AddMessage(message, &field) : r.MutableMessage(message, &field));
    const JsonToken token = tokens_.Next();
    const bool opening = token.kind == Kind::kObjectOpen || token.kind == Kind::kArrayOpen;
    if (opening || !Scalar(message, field, token, add)) return BadValue(field, token);
    return {};
  }

  bool Scalar(pb::Message* message, const Field& field, const JsonToken& token, bool add) {
    const pb::Reflection& r = *message->GetReflection();
    switch (field.cpp_type()) {
      case Field::CPPTYPE_INT32: {
        const auto value = JsonSigned(token, INT32_MIN, INT32_MAX);
        if (value)
          add ? r.AddInt32(message, &field, static_cast<int32_t>(*value))
              : r.SetInt32(message, &field, static_cast<int32_t>(*value));
        return value.has_value();
      }
      case Field::CPPTYPE_INT64: {
        const auto value = JsonSigned(token, INT64_MIN, INT64_MAX);
        if (value) add ? r.AddInt64(message, &field, *value) : r.SetInt64(message, &field, *value);
        return value.has_value();
      }
      case Field::CPPTYPE_UINT32: {
        const auto value = JsonUnsigned(token, UINT32_MAX);
        if (value)
          add ? r.AddUInt32(message, &field, static_cast<uint32_t>(*value))
              : r.SetUInt32(message, &field, static_cast<uint32_t>(*value));
        return value.has_value();
      }
      case Field::CPPTYPE_UINT64: {
        const auto value = JsonUnsigned(token, UINT64_MAX);
        if (value) add ? r.AddUInt64(message, &field, *value) : r.SetUInt64(message, &field, *value);
        return value.has_value();
      }
      case Field::CPPTYPE_FLOAT: {
        const auto value = JsonDouble(token);
        if (value)
          add ? r.AddFloat(message, &field, static_cast<float>(*value))
              : r.SetFloat(message, &field, static_cast<float>(*value));
        return value.has_value();
      }
      case Field::CPPTYPE_DOUBLE: {
        const auto value = JsonDouble(token);
        if (value) add ? r.AddDouble(message, &field, *value) : r.SetDouble(message, &field, *value);
        return value.has_value();
      }
      case Field::CPPTYPE_BOOL:
        if (token.kind == Kind::kBool)
          add ? r.AddBool(message, &field, token.raw == "true") : r.SetBool(message, &field, token.raw == "true");
        return token.kind == Kind::kBool;
      case Field::CPPTYPE_ENUM: {
        const std::optional<int> value = EnumNumber(field, token);
        if (value) add ? r.AddEnumValue(message, &field, *value) : r.SetEnumValue(message, &field, *value);
        return value.has_value();
      }
      case Field::CPPTYPE_STRING: {
        if (token.kind != Kind::kString) return false;
        std::string text = token.Text();
        if (field.type() == Field::TYPE_BYTES) {
          auto bytes = FromBase64(text, {.url_alphabet = true, .padding_optional = true});
          if (!bytes) return false;
          text = std::move(*bytes);
        }
        add ? r.AddString(message, &field, std::move(text)) : r.SetString(message, &field, std::move(text));
        return true;
      }
      case Field::CPPTYPE_MESSAGE: break;
    }
    return false;
  }

  static std::optional<int> EnumNumber(const Field& field, const JsonToken& token) {
    if (token.kind == Kind::kNull)
      return field.enum_type()->full_name() == "google.protobuf.NullValue" ? std::optional(0) : std::nullopt;
    if (token.kind == Kind::kString) {
      const pb::EnumValueDescriptor* value = field.enum_type()->FindValueByName(token.Text());
      return value == nullptr ? std::nullopt : std::optional(value->number());
    }
    const auto number = JsonSigned(token, INT32_MIN, INT32_MAX);
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
  }

  // Types whose JSON is not an object of their fields.
  Status Known(pb::Message* message) {
    const pb::Descriptor& type = *message->GetDescriptor();
    switch (type.well_known_type()) {
      case pb::Descriptor::WELLKNOWNTYPE_STRUCT: return Map(message, *type.FindFieldByName("fields"));
      case pb::Descriptor::WELLKNOWNTYPE_LISTVALUE: return List(message, *type.FindFieldByName("values"));
      case pb::Descriptor::WELLKNOWNTYPE_VALUE: return AnyValue(message);
      case pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      case pb::Descriptor::WELLKNOWNTYPE_DURATION:
      case pb::Descriptor::WELLKNOWNTYPE_FIELDMASK: {
        const JsonToken token = tokens_.Next();
        if (token.kind != Kind::kString) return Unexpected(token);
        if (!ParseKnownText(token.Text(), message))
          return Wrong(token, Cat("invalid ", type.full_name(), " value ", token.raw));
        return {};
      }
      case pb::Descriptor::WELLKNOWNTYPE_ANY:
        return Wrong(tokens_.Peek(), "google.protobuf.Any is not accepted in JSON");
      default: return Value(message, *type.FindFieldByName("value"), false);
    }
  }

  Status AnyValue(pb::Message* message) {
    const pb::Descriptor& type = *message->GetDescriptor();
    const char* field = "number_value";
    switch (tokens_.Peek().kind) {
      case Kind::kNull: field = "null_value"; break;
      case Kind::kBool: field = "bool_value"; break;
      case Kind::kString: field = "string_value"; break;
      case Kind::kObjectOpen: field = "struct_value"; break;
      case Kind::kArrayOpen: field = "list_value"; break;
      default: break;
    }
    return Value(message, *type.FindFieldByName(field), false);
  }

  JsonTokens tokens_;
  int depth_ = 0;
};

}  // namespace

Status FromJson(std::string_view text, pb::Message* message) {
  const auto value = FirstJsonValue(text);
  if (!value) return InvalidArgument(value.error());
  if (value->empty()) return {};
  return Reader(*value).Message(message);
}

}  // namespace sandbox::api
