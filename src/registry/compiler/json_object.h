#pragma once

// Members of a JSON object that is kept as google.protobuf.Struct. Pure; the results live as long as the object.

#include <google/protobuf/struct.pb.h>

#include <string>

namespace sandbox::registry::compiler {

// Null when there is no such member.
inline const google::protobuf::Value* Find(const google::protobuf::Struct& object, const std::string& key) {
  const auto found = object.fields().find(key);
  return found == object.fields().end() ? nullptr : &found->second;
}

// Null also when the member is no object.
inline const google::protobuf::Struct* FindObject(const google::protobuf::Struct& object, const std::string& key) {
  const google::protobuf::Value* value = Find(object, key);
  return value != nullptr && value->has_struct_value() ? &value->struct_value() : nullptr;
}

}  // namespace sandbox::registry::compiler
