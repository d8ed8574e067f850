#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "registry/compiler/go_format.h"
#include "registry/compiler/sha256.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/time.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

using Members = std::vector<std::pair<Sha256Digest, Sha256Digest>>;

std::string_view View(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sha256Digest HashText(std::string_view text) { return TaggedSha256('u', text); }
Sha256Digest HashBool(bool value) { return TaggedSha256('b', value ? "1" : "0"); }
Sha256Digest HashNull() { return TaggedSha256('n', {}); }

// The exponent and the bits of the mantissa, which lies in (0.5, 1].
Sha256Digest HashNumber(double value) {
  if (value == 0) return TaggedSha256('f', "+0:");
  std::string text(value < 0 ? "-" : "+");
  int exponent = 0;
  double mantissa = std::frexp(std::fabs(value), &exponent);  // in [0.5, 1)
  if (mantissa == 0.5) {
    mantissa = 1;
    --exponent;
  }
  text += std::to_string(exponent);
  text += ':';
  while (mantissa != 0 && text.size() < 1000) {
    const bool bit = mantissa >= 1;
    text += bit ? '1' : '0';
    mantissa = (bit ? mantissa - 1 : mantissa) * 2;
  }
  return TaggedSha256('f', text);
}

// JSON has no such numbers: they are strings there.
Sha256Digest HashFloat(double value) {
  if (std::isnan(value)) return HashText("NaN");
  if (std::isinf(value)) return HashText(value > 0 ? "Infinity" : "-Infinity");
  return HashNumber(value);
}

Sha256Digest HashMembers(Members members) {
  std::sort(members.begin(), members.end());
  std::string body;
  body.reserve(members.size() * 64);
  for (const auto& [key, value] : members) body.append(View(key)).append(View(value));
  return TaggedSha256('d', body);
}

// Names of fields come again and again; their digests are kept.
const Sha256Digest& HashName(const FieldDescriptor& field) {
  thread_local std::unordered_map<const FieldDescriptor*, Sha256Digest> names;
  const auto found = names.find(&field);
  return found != names.end() ? found->second : names.emplace(&field, HashText(field.json_name())).first->second;
}

Sha256Digest HashMessage(const Message& message);

Sha256Digest HashEnum(const FieldDescriptor& field, int number) {
  if (field.enum_type()->full_name() == "google.protobuf.NullValue") return HashNull();
  const EnumValueDescriptor* value = field.enum_type()->FindValueByNumber(number);
  return value != nullptr ? HashText(value->name()) : HashNumber(number);
}

// `index` is -1 for a singular field. 64-bit integers are strings in JSON.
Sha256Digest HashValue(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return HashNumber(repeated ? reflection.GetRepeatedInt32(message, &field, index)
                                 : reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return HashNumber(repeated ? reflection.GetRepeatedUInt32(message, &field, index)
                                 : reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return HashText(std::to_string(repeated ? reflection.GetRepeatedInt64(message, &field, index)
                                              : reflection.GetInt64(message, &field)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return HashText(std::to_string(repeated ? reflection.GetRepeatedUInt64(message, &field, index)
                                              : reflection.GetUInt64(message, &field)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return HashFloat(repeated ? reflection.GetRepeatedDouble(message, &field, index)
                                : reflection.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_FLOAT: {
      const float value =
          repeated ? reflection.GetRepeatedFloat(message, &field, index) : reflection.GetFloat(message, &field);
      return HashFloat(std::isfinite(value) ? JsonFloat(value) : value);
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return HashBool(repeated ? reflection.GetRepeatedBool(message, &field, index)
                               : reflection.GetBool(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return HashEnum(field, repeated ? reflection.GetRepeatedEnumValue(message, &field, index)
                                      : reflection.GetEnumValue(message, &field));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text = repeated ? reflection.GetRepeatedStringReference(message, &field, index, &scratch)
                                         : reflection.GetStringReference(message, &field, &scratch);
      return HashText(field.type() == FieldDescriptor::TYPE_BYTES ? Base64(text) : text);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: break;
  }
  return HashMessage(repeated ? reflection.GetRepeatedMessage(message, &field, index)
                              : reflection.GetMessage(message, &field));
}

Sha256Digest HashMap(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor& key = *field.message_type()->map_key();
  const FieldDescriptor& value = *field.message_type()->map_value();
  Members members;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    members.emplace_back(HashText(MapKeyText(entry, key)), HashValue(entry, value, -1));
  }
  return HashMembers(std::move(members));
}

Sha256Digest HashList(const Message& message, const FieldDescriptor& field) {
  std::string body;
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) body.append(View(HashValue(message, field, i)));
  return TaggedSha256('l', body);
}

// "", ".500", ".123456" or ".123456789".
std::string Fraction(int64_t nanos) {
  std::string digits = std::to_string(1'000'000'000 + std::abs(nanos)).substr(1);
  while (digits.ends_with("000")) digits.resize(digits.size() - 3);
  return digits.empty() ? digits : "." + digits;
}

std::string DurationText(const google::protobuf::Duration& duration) {
  const bool negative = duration.seconds() < 0 || duration.nanos() < 0;
  const uint64_t seconds = duration.seconds() < 0 ? 0 - static_cast<uint64_t>(duration.seconds())
                                                  : static_cast<uint64_t>(duration.seconds());
  return (negative ? "-" : "") + std::to_string(seconds) + Fraction(duration.nanos()) + "s";
}

Sha256Digest HashFields(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  Members members;
  members.reserve(fields.size());
  for (const FieldDescriptor* field : fields) {
    members.emplace_back(HashName(*field), field->is_map()        ? HashMap(message, *field)
                                           : field->is_repeated() ? HashList(message, *field)
                                                                  : HashValue(message, *field, -1));
  }
  return HashMembers(std::move(members));
}

// Messages whose JSON form is not an object of their fields.
Sha256Digest HashMessage(const Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  const auto field = [&type](int i) -> const FieldDescriptor& { return *type.field(i); };
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE: return HashValue(message, field(0), -1);
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return HashText(DurationText(static_cast<const google::protobuf::Duration&>(message)));
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP: {
      const auto& time = static_cast<const google::protobuf::Timestamp&>(message);
      return HashText(FormatRfc3339(time.seconds(), time.nanos()));
    }
    case Descriptor::WELLKNOWNTYPE_STRUCT: return HashMap(message, field(0));
    case Descriptor::WELLKNOWNTYPE_LISTVALUE: return HashList(message, field(0));
    case Descriptor::WELLKNOWNTYPE_VALUE: {
      const FieldDescriptor* kind = message.GetReflection()->GetOneofFieldDescriptor(message, type.oneof_decl(0));
      return kind != nullptr ? HashValue(message, *kind, -1) : HashNull();
    }
    case Descriptor::WELLKNOWNTYPE_ANY:
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
    case Descriptor::__WELLKNOWNTYPE__DO_NOT_USE__ADD_DEFAULT_INSTEAD__: break;
  }
  return HashFields(message);
}

}  // namespace

std::string TextHash(std::string_view text) { return std::string(View(HashText(text))); }

std::string ObjectHash(const Message& message) { return std::string(View(HashMessage(message))); }

}  // namespace sandbox::registry
