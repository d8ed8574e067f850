#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "registry/compiler/go_format.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

void WriteMessage(const Message& message, std::string& out);

// One "name:value"; a space separates it from what came before inside the same message.
void WriteName(std::string_view name, std::string& out, bool& first) {
  if (!first) out += ' ';
  first = false;
  out += name;
  out += ':';
}

void WriteEnum(const FieldDescriptor& field, int number, std::string& out) {
  const EnumValueDescriptor* value = field.enum_type()->FindValueByNumber(number);
  out += value != nullptr ? value->name() : std::to_string(number);
}

void WriteNested(const Message& message, std::string& out) {
  out += '{';
  WriteMessage(message, out);
  out += '}';
}

// `index` is -1 for a singular field.
void WriteValue(const Message& message, const FieldDescriptor& field, int index, std::string& out) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      out += std::to_string(repeated ? reflection.GetRepeatedInt32(message, &field, index)
                                     : reflection.GetInt32(message, &field));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      out += std::to_string(repeated ? reflection.GetRepeatedInt64(message, &field, index)
                                     : reflection.GetInt64(message, &field));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      out += std::to_string(repeated ? reflection.GetRepeatedUInt32(message, &field, index)
                                     : reflection.GetUInt32(message, &field));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      out += std::to_string(repeated ? reflection.GetRepeatedUInt64(message, &field, index)
                                     : reflection.GetUInt64(message, &field));
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      out += GoFloat(repeated ? reflection.GetRepeatedDouble(message, &field, index)
                              : reflection.GetDouble(message, &field));
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      out += GoFloat(repeated ? reflection.GetRepeatedFloat(message, &field, index)
                              : reflection.GetFloat(message, &field));
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      out += (repeated ? reflection.GetRepeatedBool(message, &field, index) : reflection.GetBool(message, &field))
                 ? "true"
                 : "false";
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      WriteEnum(
          field,
          repeated ? reflection.GetRepeatedEnumValue(message, &field, index) : reflection.GetEnumValue(message, &field),
          out);
      break;
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      AppendGoQuoted(repeated ? reflection.GetRepeatedStringReference(message, &field, index, &scratch)
                              : reflection.GetStringReference(message, &field, &scratch),
                     out);
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      WriteNested(
          repeated ? reflection.GetRepeatedMessage(message, &field, index) : reflection.GetMessage(message, &field),
          out);
      break;
  }
}

// Go orders the entries of a map by key; both parts of an entry are printed even when zero.
void WriteMap(const Message& message, const FieldDescriptor& field, std::string& out, bool& first) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor& key = *field.message_type()->map_key();
  const FieldDescriptor& value = *field.message_type()->map_value();
  std::vector<const Message*> entries;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i)
    entries.push_back(&reflection.GetRepeatedMessage(message, &field, i));
  auto before = [&key](const Message* a, const Message* b) {
    if (key.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return a->GetReflection()->GetString(*a, &key) < b->GetReflection()->GetString(*b, &key);
    }
    return MapKeyNumber(*a, key) < MapKeyNumber(*b, key);
  };
  std::sort(entries.begin(), entries.end(), before);
  for (const Message* entry : entries) {
    WriteName(field.name(), out, first);
    out += "{key:";
    WriteValue(*entry, key, -1, out);
    out += " value:";
    WriteValue(*entry, value, -1, out);
    out += '}';
  }
}

void WriteUnknown(const UnknownFieldSet& fields, std::string& out, bool& first) {
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& field = fields.field(i);
    WriteName(std::to_string(field.number()), out, first);
    std::array<char, 24> hex;
    switch (field.type()) {
      case UnknownField::TYPE_VARINT: out += std::to_string(field.varint()); break;
      case UnknownField::TYPE_FIXED32:
        out += "0x";
        out.append(hex.data(), std::to_chars(hex.data(), hex.data() + hex.size(), field.fixed32(), 16).ptr);
        break;
      case UnknownField::TYPE_FIXED64:
        out += "0x";
        out.append(hex.data(), std::to_chars(hex.data(), hex.data() + hex.size(), field.fixed64(), 16).ptr);
        break;
      case UnknownField::TYPE_LENGTH_DELIMITED: AppendGoQuoted(field.length_delimited(), out); break;
      case UnknownField::TYPE_GROUP: {
        bool group_first = true;
        out += '{';
        WriteUnknown(field.group(), out, group_first);
        out += '}';
        break;
      }
    }
  }
}

// Go prints fields in the order of their declaration, not of their numbers.
void WriteMessage(const Message& message, std::string& out) {
  const Reflection& reflection = *message.GetReflection();
  bool first = true;
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (field.is_map()) {
      WriteMap(message, field, out, first);
    } else if (field.is_repeated()) {
      for (int index = 0; index < reflection.FieldSize(message, &field); ++index) {
        WriteName(field.name(), out, first);
        WriteValue(message, field, index, out);
      }
    } else if (reflection.HasField(message, &field)) {
      WriteName(field.name(), out, first);
      WriteValue(message, field, -1, out);
    }
  }
  WriteUnknown(reflection.GetUnknownFields(message), out, first);
}

}  // namespace

std::string GoText(const Message& message) {
  std::string out;
  WriteMessage(message, out);
  return out;
}

}  // namespace sandbox::registry
