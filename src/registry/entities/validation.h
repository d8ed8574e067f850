#pragma once

// Checks that several use cases share. Errors are INVALID_ARGUMENT; their texts are in protocol/control-plane 3.1.

#include <string>
#include <string_view>

#include "flyteidl/core/identifier.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/registry/registry.h"

namespace sandbox::registry {

// "missing <field>".
std::unexpected<Error> Missing(std::string_view field);
// "missing <field>" for an empty text.
Status CheckNotEmpty(std::string_view text, std::string_view field);

// Project, domain, name and version are set, in that order.
Status CheckIdFields(const EntityId& id);
Status CheckIdFields(const flyteidl::core::Identifier& id);
// An id of exactly that kind, complete. `has_id` is whether the message was there at all.
Status CheckId(bool has_id, const flyteidl::core::Identifier& id, flyteidl::core::ResourceType kind);
// The check of an id for reads, which take an unspecified kind too.
Status CheckIdForRead(bool has_id, const flyteidl::core::Identifier& id, flyteidl::core::ResourceType kind);

// "domain [%s] is unrecognized by system".
Status CheckDomain(const RegistryConfig& config, std::string_view domain);
// Project exists and is active, for attributes of a project as a whole. `what` is "registered" or "exists"; archived
// projects are fine for the latter.
Status CheckProject(MetadataReader& reader, const std::string& project, std::string_view what);
// Kubernetes' DNS-1123 label: what is wrong with it as Kubernetes says it; empty when it is fine.
std::string DnsLabelProblem(std::string_view text);

// The stored bytes of a message that we wrote ourselves. INTERNAL when they do not parse.
template <typename Message>
Result<Message> ParseStored(const std::string& bytes, std::string_view what) {
  Message message;
  if (!message.ParseFromString(bytes)) return Internal(Cat("stored ", what, " cannot be read"));
  return message;
}

google::protobuf::Timestamp ToTimestamp(Instant instant);

}  // namespace sandbox::registry
