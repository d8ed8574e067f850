#pragma once

// Semantic digests and the texts that quote messages. Pure.

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

namespace sandbox::registry {

// Object hash (SHA-256, 32 bytes) of a message's JSON form: protocol/execution-engine 6.1. Unset and default fields are
// equal, members of a oneof count even when zero, map order does not matter.
std::string ObjectHash(const google::protobuf::Message& message);

// Object hash of a text, as if it were a field (SHA-256, 32 bytes).
std::string TextHash(std::string_view text);

// The lines that tell how two stored structures differ: protocol/control-plane 3.6. They are empty when only the
// lengths of lists differ.
std::string StructureDiff(const google::protobuf::Message& old_message, const google::protobuf::Message& new_message);

// Go's %v of a message (compact prototext, single spaces): `resource_type:WORKFLOW project:"p"`.
std::string GoText(const google::protobuf::Message& message);

}  // namespace sandbox::registry
