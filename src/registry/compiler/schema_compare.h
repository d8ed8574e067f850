#pragma once

// Whether values of one JSON schema can be read as values of another. Pure.

#include <google/protobuf/struct.pb.h>

namespace sandbox::registry::compiler {

// The schema of what is produced accepts at most what `wanted` describes, by the rules of a structural comparison:
// references are followed, keywords that such a comparison does not know (additionalProperties, not, ...) are ignored.
// False for schemas of an unknown dialect and for references that lead nowhere.
bool IsSuperSchema(const google::protobuf::Struct& produced, const google::protobuf::Struct& wanted);

}  // namespace sandbox::registry::compiler
