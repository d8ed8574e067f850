#include "api/gateway/json_write.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>

#include "sandbox/base/encoding.h"
#include "sandbox/base/time.h"

namespace sandbox::api {

namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;

namespace {

template <typename Number>
std::string Digits(Number number) {
  char out[40];
  return std::string(out, std::to_chars(out, out + sizeof out, number).ptr);
}

template <typename Number>
std::string Floating(Number number) {
  if (std::isnan(number)) return "\"NaN\"";
  if (std::isinf(number)) return number < 0 ? "\"-Infinity\"" : "\"Infinity\"";
  return Digits(number);
}

// Seconds and nanoseconds with a fraction of 0, 3, 6 or 9 digits.
std::string DurationText(int64_t seconds, int32_t nanos) {
  std::string out = seconds < 0 || nanos < 0 ? "-" : "";
  out += Digits(static_cast<uint64_t>(seconds < 0 ? -seconds : seconds));
  if (nanos != 0) {
    std::string fraction = Digits(std::abs(nanos));
    fraction.insert(0, 9 - std::min<size_t>(9, fraction.size()), '0');
    while (fraction.ends_with("000")) fraction.resize(fraction.size() - 3);
    out += "." + fraction;
  }
  return out + "s";
}

class Writer {
 public:
  Writer(JsonNames names, std::string* out) : names_(names), out_(*out) {}

  void Message(const pb::Message& message) {
    if (Special(message)) return;
    out_ += '{';
    Fields(message, /*first=*/true);
    out_ += '}';
  }

  bool Any(const std::string& type_url, const std::string& value) {
    const pb::Descriptor* type =
        pb::DescriptorPool::generated_pool()->FindMessageTypeByName(type_url.substr(type_url.rfind('/') + 1));
    if (type == nullptr) return false;
    const std::unique_ptr<pb::Message> message(pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
    if (!message->ParseFromString(value)) return false;
    out_ += "{\"@type\":";
    AppendJsonString(type_url, &out_);
    if (IsSpecial(*type)) {
      out_ += ",\"value\":";
      Message(*message);
    } else {
      Fields(*message, /*first=*/false);
    }
    out_ += '}';
    return true;
  }

 private:
  static bool IsSpecial(const pb::Descriptor& type) {
    return type.file()->package() == "google.protobuf" && type.name() != "Empty" &&
           !type.file()->name().ends_with("descriptor.proto");
  }

  void Name(const Field& field, bool* first) {
    if (!*first) out_ += ',';
    *first = false;
    out_ += '"';
    out_ += names_ == JsonNames::kProto ? field.name() : field.json_name();
    out_ += "\":";
  }

  void Fields(const pb::Message& message, bool first) {
    const pb::Descriptor& type = *message.GetDescriptor();
    const pb::Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < type.field_count(); ++i) {
      const Field& field = *type.field(i);
      if (field.is_map()) {
        Name(field, &first);
        Map(message, field);
      } else if (field.is_repeated()) {
        Name(field, &first);
        List(message, field);
      } else if (field.has_presence() && !reflection.HasField(message, &field)) {
        if (field.containing_oneof() != nullptr) continue;
        Name(field, &first);
        out_ += "null";
      } else {
        Name(field, &first);
        Value(message, field, -1);
      }
    }
  }

  void List(const pb::Message& message, const Field& field) {
    out_ += '[';
    const int size = message.GetReflection()->FieldSize(message, &field);
    for (int i = 0; i < size; ++i) {
      if (i > 0) out_ += ',';
      Value(message, field, i);
    }
    out_ += ']';
  }

  void Map(const pb::Message& message, const Field& field) {
    const Field& key_field = *field.message_type()->map_key();
    const Field& value_field = *field.message_type()->map_value();
    std::map<std::string, const pb::Message*> entries;  // in the order of the keys
    const int size = message.GetReflection()->FieldSize(message, &field);
    for (int i = 0; i < size; ++i) {
      const pb::Message& entry = message.GetReflection()->GetRepeatedMessage(message, &field, i);
      std::string key;
      Writer(names_, &key).Value(entry, key_field, -1);
      entries[key.starts_with('"') ? key : "\"" + key + "\""] = &entry;
    }
    out_ += '{';
    bool first = true;
    for (const auto& [key, entry] : entries) {
      if (!first) out_ += ',';
      first = false;
      out_ += key + ":";
      Value(*entry, value_field, -1);
    }
    out_ += '}';
  }

  // `index` < 0: a singular field.
  void Value(const pb::Message& message, const Field& field, int index) {
    const pb::Reflection& r = *message.GetReflection();
    const bool one = index < 0;
    switch (field.cpp_type()) {
      case Field::CPPTYPE_BOOL:
        out_ += (one ? r.GetBool(message, &field) : r.GetRepeatedBool(message, &field, index)) ? "true" : "false";
        return;
      case Field::CPPTYPE_INT32:
        out_ += Digits(one ? r.GetInt32(message, &field) : r.GetRepeatedInt32(message, &field, index));
        return;
      case Field::CPPTYPE_UINT32:
        out_ += Digits(one ? r.GetUInt32(message, &field) : r.GetRepeatedUInt32(message, &field, index));
        return;
      case Field::CPPTYPE_INT64:
        out_ += '"' + Digits(one ? r.GetInt64(message, &field) : r.GetRepeatedInt64(message, &field, index)) + '"';
        return;
      case Field::CPPTYPE_UINT64:
        out_ += '"' + Digits(one ? r.GetUInt64(message, &field) : r.GetRepeatedUInt64(message, &field, index)) + '"';
        return;
      case Field::CPPTYPE_FLOAT:
        out_ += Floating(one ? r.GetFloat(message, &field) : r.GetRepeatedFloat(message, &field, index));
        return;
      case Field::CPPTYPE_DOUBLE:
        out_ += Floating(one ? r.GetDouble(message, &field) : r.GetRepeatedDouble(message, &field, index));
        return;
      case Field::CPPTYPE_ENUM:
        Enum(field, one ? r.GetEnumValue(message, &field) : r.GetRepeatedEnumValue(message, &field, index));
        return;
      case Field::CPPTYPE_MESSAGE:
        Message(one ? r.GetMessage(message, &field) : r.GetRepeatedMessage(message, &field, index));
        return;
      case Field::CPPTYPE_STRING: {
        const std::string text = one ? r.GetString(message, &field) : r.GetRepeatedString(message, &field, index);
        AppendJsonString(field.type() == Field::TYPE_BYTES ? Base64(text) : text, &out_);
        return;
      }
    }
  }

  void Enum(const Field& field, int number) {
    if (field.enum_type()->full_name() == "google.protobuf.NullValue") {
      out_ += "null";
    } else if (const pb::EnumValueDescriptor* value = field.enum_type()->FindValueByNumber(number)) {
      out_ += '"' + value->name() + '"';
    } else {
      out_ += Digits(number);
    }
  }

  // The types whose JSON is not an object of their fields.
  bool Special(const pb::Message& message) {
    const pb::Descriptor& type = *message.GetDescriptor();
    if (type.file()->package() != "google.protobuf") return false;
    const pb::Reflection& r = *message.GetReflection();
    switch (type.well_known_type()) {
      case pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP: {
        const auto& time = static_cast<const pb::Timestamp&>(message);
        AppendJsonString(FormatRfc3339(time.seconds(), time.nanos()), &out_);
        return true;
      }
      case pb::Descriptor::WELLKNOWNTYPE_DURATION: {
        const auto& duration = static_cast<const pb::Duration&>(message);
        AppendJsonString(DurationText(duration.seconds(), duration.nanos()), &out_);
        return true;
      }
      case pb::Descriptor::WELLKNOWNTYPE_STRUCT: Map(message, *type.FindFieldByName("fields")); return true;
      case pb::Descriptor::WELLKNOWNTYPE_LISTVALUE: List(message, *type.FindFieldByName("values")); return true;
      case pb::Descriptor::WELLKNOWNTYPE_VALUE: {
        const Field* set = r.GetOneofFieldDescriptor(message, type.oneof_decl(0));
        if (set == nullptr) return out_ += "null", true;
        Value(message, *set, -1);
        return true;
      }
      case pb::Descriptor::WELLKNOWNTYPE_ANY: {
        const auto& any = static_cast<const pb::Any&>(message);
        if (!Any(any.type_url(), any.value())) out_ += "{}";
        return true;
      }
      case pb::Descriptor::WELLKNOWNTYPE_FIELDMASK: {
        std::string joined;
        const Field& paths = *type.FindFieldByName("paths");
        for (int i = 0; i < r.FieldSize(message, &paths); ++i)
          joined += (i > 0 ? "," : "") + r.GetRepeatedString(message, &paths, i);
        AppendJsonString(joined, &out_);
        return true;
      }
      case pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED: return false;
      default:  // the wrappers
        Value(message, *type.FindFieldByName("value"), -1);
        return true;
    }
  }

  JsonNames names_;
  std::string& out_;
};

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  for (char c : text) {
    switch (c) {
      case '"': *out += "\\\""; break;
      case '\\': *out += "\\\\"; break;
      case '\n': *out += "\\n"; break;
      case '\r': *out += "\\r"; break;
      case '\t': *out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          *out += "\\u00" + Hex({&c, 1});
        } else {
          *out += c;
        }
    }
  }
  *out += '"';
}

std::string ToJson(const pb::Message& message, JsonNames names) {
  std::string out;
  Writer(names, &out).Message(message);
  return out;
}

std::string ErrorToJson(Code code, const std::string& message, const std::vector<ErrorDetail>& details,
                        JsonNames names) {
  std::string out = Cat("{\"code\":", static_cast<int>(code), ",\"message\":");
  AppendJsonString(message, &out);
  out += ",\"details\":[";
  bool first = true;
  for (const ErrorDetail& detail : details) {
    std::string one;
    if (!Writer(names, &one).Any(detail.type_url, detail.value)) continue;
    out += (first ? "" : ",") + one;
    first = false;
  }
  return out + "]}";
}

}  // namespace sandbox::api
