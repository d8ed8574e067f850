#pragma once

// What the attributes of a promise refer to. Pure.

#include <google/protobuf/repeated_ptr_field.h>

#include <optional>
#include <string>

#include "flyteidl/core/types.pb.h"

namespace sandbox::registry::compiler {

struct AttributeType {
  // Nothing when the declared types do not tell, as for an attribute of a plain dict, and after a `problem`.
  std::optional<flyteidl::core::LiteralType> type;
  // The value is part of a dataclass or a dict: what it looks like is told by MessagePack or JSON.
  bool packed = false;
  // Why no value of the declared type can have the attribute; empty when it may.
  std::string problem;
};

// Follows `path` from `type`: items of lists, values of maps, fields of dataclasses (by their declared fields, else by
// their JSON schema); of an optional value what it is when it is there.
AttributeType FollowAttributes(const flyteidl::core::LiteralType& type,
                               const google::protobuf::RepeatedPtrField<flyteidl::core::PromiseAttribute>& path);

}  // namespace sandbox::registry::compiler
