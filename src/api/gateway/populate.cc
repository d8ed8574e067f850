#include "api/gateway/populate.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>

#include <algorithm>
#include <charconv>

#include "api/gateway/json_known.h"
#include "api/gateway/json_write.h"
#include "idl/go_text.h"
#include "idl/times.h"
#include "sandbox/base/encoding.h"

namespace sandbox::api {

namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;

namespace {

using Parsed = std::expected<void, std::string>;

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

const Field* FindField(const pb::Descriptor& type, const std::string& name) {
  if (const Field* field = type.FindFieldByName(name)) return field;
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->json_name() == name) return type.field(i);
  }
  return nullptr;
}

template <typename Number>
Parsed Parse(std::string_view function, const std::string& text, Number* value) {
  const char* begin = text.data() + (text.starts_with('+') && text.size() > 1 ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), *value);
  if (error == std::errc() && end == text.data() + text.size()) return {};
  return std::unexpected(Cat("strconv.", function, ": parsing ", Quoted(text),
                             error == std::errc::result_out_of_range ? ": value out of range" : ": invalid syntax"));
}

std::expected<bool, std::string> ParseBool(const std::string& text) {
  for (std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == yes) return true;
  }
  for (std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == no) return false;
  }
  return std::unexpected(Cat("strconv.ParseBool: parsing ", Quoted(text), ": invalid syntax"));
}

const pb::EnumValueDescriptor* ParseEnum(const Field& field, const std::string& text) {
  if (const pb::EnumValueDescriptor* value = field.enum_type()->FindValueByName(text)) return value;
  int number = 0;
  return Parse("Atoi", text, &number) ? field.enum_type()->FindValueByNumber(number) : nullptr;
}

Parsed SetMessage(pb::Message* message, const Field& field, bool add, const std::string& text) {
  const pb::Descriptor& type = *field.message_type();
  const auto target = [&] {
    return add ? message->GetReflection()->AddMessage(message, &field)
               : message->GetReflection()->MutableMessage(message, &field);
  };
  if (type.well_known_type() == pb::Descriptor::WELLKNOWNTYPE_DURATION) {
    const auto parsed = idl::ParseGoDuration(text);
    if (!parsed) return std::unexpected(parsed.error());
    *static_cast<pb::Duration*>(target()) = idl::ToIdl(*parsed);
    return {};
  }
  if (type.well_known_type() == pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP ||
      type.well_known_type() == pb::Descriptor::WELLKNOWNTYPE_FIELDMASK) {
    if (!ParseKnownText(text, target()))
      return std::unexpected(Cat("invalid ", type.full_name(), " value ", Quoted(text)));
    return {};
  }
  return std::unexpected(Cat("unsupported message type: ", Quoted(type.full_name())));
}

// One value, into a singular field or as a new element.
Parsed SetValue(pb::Message* message, const Field& field, bool add, const std::string& text) {
  const pb::Reflection& r = *message->GetReflection();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_BOOL: {
      const auto value = ParseBool(text);
      if (!value) return std::unexpected(value.error());
      add ? r.AddBool(message, &field, *value) : r.SetBool(message, &field, *value);
      return {};
    }
    case Field::CPPTYPE_INT32: {
      int32_t value = 0;
      if (Parsed parsed = Parse("ParseInt", text, &value); !parsed) return parsed;
      add ? r.AddInt32(message, &field, value) : r.SetInt32(message, &field, value);
      return {};
    }
    case Field::CPPTYPE_INT64: {
      int64_t value = 0;
      if (Parsed parsed = Parse("ParseInt", text, &value); !parsed) return parsed;
      add ? r.AddInt64(message, &field, value) : r.SetInt64(message, &field, value);
      return {};
    }
    case Field::CPPTYPE_UINT32: {
      uint32_t value = 0;
      if (Parsed parsed = Parse("ParseUint", text, &value); !parsed) return parsed;
      add ? r.AddUInt32(message, &field, value) : r.SetUInt32(message, &field, value);
      return {};
    }
    case Field::CPPTYPE_UINT64: {
      uint64_t value = 0;
      if (Parsed parsed = Parse("ParseUint", text, &value); !parsed) return parsed;
      add ? r.AddUInt64(message, &field, value) : r.SetUInt64(message, &field, value);
      return {};
    }
    case Field::CPPTYPE_FLOAT:
    case Field::CPPTYPE_DOUBLE: {
      double value = 0;
      if (Parsed parsed = Parse("ParseFloat", text, &value); !parsed) return parsed;
      const bool is_double = field.cpp_type() == Field::CPPTYPE_DOUBLE;
      if (is_double) add ? r.AddDouble(message, &field, value) : r.SetDouble(message, &field, value);
      if (!is_double)
        add ? r.AddFloat(message, &field, static_cast<float>(value))
            : r.SetFloat(message, &field, static_cast<float>(value));
      return {};
    }
    case Field::CPPTYPE_ENUM: {
      const pb::EnumValueDescriptor* value = ParseEnum(field, text);
      if (value == nullptr) return std::unexpected(Cat(Quoted(text), " is not a valid value"));
      add ? r.AddEnumValue(message, &field, value->number()) : r.SetEnumValue(message, &field, value->number());
      return {};
    }
    case Field::CPPTYPE_STRING: {
      std::string value = text;
      if (field.type() == Field::TYPE_BYTES) {
        auto bytes = FromBase64(text, {.url_alphabet = true});
        if (!bytes) return std::unexpected(Cat("illegal base64 data at input byte ", bytes.error()));
        value = std::move(*bytes);
      }
      add ? r.AddString(message, &field, std::move(value)) : r.SetString(message, &field, std::move(value));
      return {};
    }
    case Field::CPPTYPE_MESSAGE: return SetMessage(message, field, add, text);
  }
  return {};
}

Status PopulateMap(pb::Message* message, const Field& field, const std::vector<std::string>& values) {
  if (values.size() != 2)
    return InvalidArgument(
        Cat("more than one value provided for key ", Quoted(values[0]), " in map ", Quoted(field.name())));
  pb::Message* entry = message->GetReflection()->AddMessage(message, &field);
  if (Parsed key = SetValue(entry, *field.message_type()->map_key(), false, values[0]); !key) {
    return InvalidArgument(Cat("parsing map key ", Quoted(field.name()), ": ", key.error()));
  }
  if (Parsed value = SetValue(entry, *field.message_type()->map_value(), false, values[1]); !value) {
    return InvalidArgument(Cat("parsing map value ", Quoted(field.name()), ": ", value.error()));
  }
  return {};
}

Status PopulateLeaf(pb::Message* message, const Field& field, const std::vector<std::string>& values) {
  if (field.is_map()) return PopulateMap(message, field, values);
  if (!field.is_repeated() && values.size() > 1) {
    std::string joined;
    for (const std::string& value : values) joined += (joined.empty() ? "" : ", ") + value;
    return InvalidArgument(Cat("too many values for field ", Quoted(field.name()), ": ", joined));
  }
  for (const std::string& value : values) {
    if (Parsed set = SetValue(message, field, field.is_repeated(), value); !set) {
      return InvalidArgument(
          Cat("parsing ", field.is_repeated() ? "list " : "field ", Quoted(field.name()), ": ", set.error()));
    }
  }
  return {};
}

}  // namespace

Status PopulateField(pb::Message* message, const std::string& path, std::vector<std::string> values) {
  for (std::string_view rest = path;;) {
    const size_t dot = rest.find('.');
    const std::string name(rest.substr(0, dot));
    const Field* field = FindField(*message->GetDescriptor(), name);
    if (field == nullptr) return {};
    const pb::OneofDescriptor* oneof = field->real_containing_oneof();
    const Field* set = oneof == nullptr ? nullptr : message->GetReflection()->GetOneofFieldDescriptor(*message, oneof);
    if (set != nullptr && (set != field || field->message_type() == nullptr)) {
      return InvalidArgument(Cat("field already set for oneof ", Quoted(oneof->name())));
    }
    if (dot == std::string_view::npos) return PopulateLeaf(message, *field, values);
    if (field->message_type() == nullptr || field->is_repeated())
      return InvalidArgument(Cat("invalid path: ", Quoted(name), " is not a message"));
    message = message->GetReflection()->MutableMessage(message, field);
    rest.remove_prefix(dot + 1);
  }
}

Status PopulateQuery(pb::Message* message, const Query& query, const std::vector<std::string>& taken) {
  for (const auto& [key, values] : query) {
    std::string path = key;
    std::vector<std::string> given = values;
    // "labels[a]=b" is an entry of a map.
    if (const size_t open = key.rfind('['); open != std::string::npos && key.ends_with(']')) {
      given.insert(given.begin(), key.substr(open + 1, key.size() - open - 2));
      path = key.substr(0, open);
    }
    const Field* first = FindField(*message->GetDescriptor(), path.substr(0, path.find('.')));
    if (first != nullptr && std::ranges::find(taken, first->name()) != taken.end()) continue;
    if (Status set = PopulateField(message, path, std::move(given)); !set) return set;
  }
  return {};
}

Status PopulatePath(pb::Message* message, const std::string& path, const std::string& value) {
  const auto mismatch = [&](std::string_view why) {
    return InvalidArgument(Cat("type mismatch, parameter: ", path, ", error: ", why));
  };
  const Field* top = message->GetDescriptor()->FindFieldByName(path);
  if (top != nullptr && top->cpp_type() == Field::CPPTYPE_ENUM && ParseEnum(*top, value) == nullptr)
    return mismatch(value + " is not valid");
  if (top != nullptr) {
    if (Parsed set = SetValue(message, *top, false, value); !set) return mismatch(set.error());
    return {};
  }
  if (Status set = PopulateField(message, path, {value}); !set) return mismatch(set.error().message);
  return {};
}

}  // namespace sandbox::api
