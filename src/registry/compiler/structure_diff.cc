#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "registry/compiler/go_format.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/error.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What Go's encoding/json makes of a message's generated struct, read back as interface{}: enums are numbers, a oneof
// is a member of its own that is null when unset, everything else is left out when empty.
struct Tree {
  using List = std::vector<Tree>;
  using Object = std::map<std::string, Tree>;
  std::variant<std::nullptr_t, bool, double, std::string, List, Object> value = nullptr;
  bool operator==(const Tree&) const = default;
};

// The name of Go's struct field: "interruptible_value" is InterruptibleValue, "k8s_pod" is K8SPod.
std::string GoName(const std::string& name) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string out;
  bool word_start = true;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '_' && i + 1 < name.size() && lower(name[i + 1])) {
      word_start = true;
      continue;
    }
    out += word_start && lower(name[i]) ? static_cast<char>(name[i] - 'a' + 'A') : name[i];
    word_start = name[i] == '_' || (name[i] >= '0' && name[i] <= '9');
  }
  return out;
}

Tree FromMessage(const Message& message);

Tree FromValue(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return {static_cast<double>(repeated ? reflection.GetRepeatedInt32(message, &field, index)
                                           : reflection.GetInt32(message, &field))};
    case FieldDescriptor::CPPTYPE_INT64:
      return {static_cast<double>(repeated ? reflection.GetRepeatedInt64(message, &field, index)
                                           : reflection.GetInt64(message, &field))};
    case FieldDescriptor::CPPTYPE_UINT32:
      return {static_cast<double>(repeated ? reflection.GetRepeatedUInt32(message, &field, index)
                                           : reflection.GetUInt32(message, &field))};
    case FieldDescriptor::CPPTYPE_UINT64:
      return {static_cast<double>(repeated ? reflection.GetRepeatedUInt64(message, &field, index)
                                           : reflection.GetUInt64(message, &field))};
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return {repeated ? reflection.GetRepeatedDouble(message, &field, index) : reflection.GetDouble(message, &field)};
    case FieldDescriptor::CPPTYPE_FLOAT:
      return {JsonFloat(repeated ? reflection.GetRepeatedFloat(message, &field, index)
                                 : reflection.GetFloat(message, &field))};
    case FieldDescriptor::CPPTYPE_BOOL:
      return {repeated ? reflection.GetRepeatedBool(message, &field, index) : reflection.GetBool(message, &field)};
    case FieldDescriptor::CPPTYPE_ENUM:
      return {static_cast<double>(repeated ? reflection.GetRepeatedEnumValue(message, &field, index)
                                           : reflection.GetEnumValue(message, &field))};
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text =
          repeated ? reflection.GetRepeatedString(message, &field, index) : reflection.GetString(message, &field);
      return {field.type() == FieldDescriptor::TYPE_BYTES ? Base64(text) : std::move(text)};
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: break;
  }
  return FromMessage(repeated ? reflection.GetRepeatedMessage(message, &field, index)
                              : reflection.GetMessage(message, &field));
}

Tree FromMap(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  Tree::Object object;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    object[MapKeyText(entry, *field.message_type()->map_key())] =
        FromValue(entry, *field.message_type()->map_value(), -1);
  }
  return {std::move(object)};
}

Tree FromList(const Message& message, const FieldDescriptor& field) {
  Tree::List list;
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) list.push_back(FromValue(message, field, i));
  return {std::move(list)};
}

Tree FromFields(const Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  Tree::Object object;
  for (int i = 0; i < type.real_oneof_decl_count(); ++i)
    object[GoName(type.oneof_decl(i)->name())] = Tree{};  // real ones come first
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (const auto* oneof = field->real_containing_oneof(); oneof != nullptr) {
      object[GoName(oneof->name())] = Tree{Tree::Object{{GoName(field->name()), FromValue(message, *field, -1)}}};
    } else {
      object[field->name()] = field->is_map()        ? FromMap(message, *field)
                              : field->is_repeated() ? FromList(message, *field)
                                                     : FromValue(message, *field, -1);
    }
  }
  return {std::move(object)};
}

Tree FromMessage(const Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_STRUCT: return FromMap(message, *type.field(0));
    case Descriptor::WELLKNOWNTYPE_LISTVALUE: return FromList(message, *type.field(0));
    case Descriptor::WELLKNOWNTYPE_VALUE: {
      const FieldDescriptor* kind = message.GetReflection()->GetOneofFieldDescriptor(message, type.oneof_decl(0));
      return kind == nullptr || kind->name() == "null_value" ? Tree{} : FromValue(message, *kind, -1);
    }
    default:  // other well-known types are ordinary structs to Go
      return FromFields(message);
  }
}

// Go's %v of interface{} values.
void Print(const Tree& tree, std::string& out) {
  struct Printer {
    std::string& out;
    void operator()(std::nullptr_t) const { out += "<nil>"; }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(double value) const { out += GoFloat(value); }
    void operator()(const std::string& text) const { out += text; }
    void operator()(const Tree::List& list) const {
      out += '[';
      for (size_t i = 0; i < list.size(); ++i) {
        if (i > 0) out += ' ';
        Print(list[i], out);
      }
      out += ']';
    }
    void operator()(const Tree::Object& object) const {
      out += "map[";
      bool first = true;
      for (const auto& [key, value] : object) {
        if (!std::exchange(first, false)) out += ' ';
        out += key;
        out += ':';
        Print(value, out);
      }
      out += ']';
    }
  };
  std::visit(Printer{out}, tree.value);
}

std::string Pointer(std::string_view key) {
  std::string out = "/";
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

class Differ {
 public:
  std::string Take() && { return std::move(out_); }

  void Compare(const std::string& path, const Tree& before, const Tree& after) {
    if (before == after) return;
    const auto* old_object = std::get_if<Tree::Object>(&before.value);
    const auto* new_object = std::get_if<Tree::Object>(&after.value);
    const auto* old_list = std::get_if<Tree::List>(&before.value);
    const auto* new_list = std::get_if<Tree::List>(&after.value);
    if (old_object != nullptr && new_object != nullptr) {
      CompareObjects(path, *old_object, *new_object);
    } else if (old_list != nullptr && new_list != nullptr) {
      // Items that only one side has are silent: their paths on the two sides differ, and only common paths are
      // reported.
      for (size_t i = 0; i < std::min(old_list->size(), new_list->size()); ++i)
        Compare(Cat(path, "/", i), (*old_list)[i], (*new_list)[i]);
    } else {
      Report(path, before, after);
    }
  }

 private:
  void CompareObjects(const std::string& path, const Tree::Object& before, const Tree::Object& after) {
    static const Tree kAbsent;
    auto old_member = before.begin();
    auto new_member = after.begin();
    while (old_member != before.end() || new_member != after.end()) {
      if (new_member == after.end() || (old_member != before.end() && old_member->first < new_member->first)) {
        Report(path + Pointer(old_member->first), old_member->second, kAbsent);
        ++old_member;
      } else if (old_member == before.end() || new_member->first < old_member->first) {
        Report(path + Pointer(new_member->first), kAbsent, new_member->second);
        ++new_member;
      } else {
        Compare(path + Pointer(old_member->first), old_member->second, new_member->second);
        ++old_member;
        ++new_member;
      }
    }
  }

  void Report(const std::string& path, const Tree& before, const Tree& after) {
    if (!out_.empty()) out_ += '\n';
    out_ += path + ":\n\t- ";
    Print(before, out_);
    out_ += " \n\t+ ";
    Print(after, out_);
  }

  std::string out_;
};

}  // namespace

std::string StructureDiff(const Message& old_message, const Message& new_message) {
  Differ differ;
  differ.Compare("", FromMessage(old_message), FromMessage(new_message));
  return std::move(differ).Take();
}

}  // namespace sandbox::registry
