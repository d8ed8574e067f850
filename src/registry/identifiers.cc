#include "sandbox/registry/registry.h"

namespace sandbox::registry {

EntityId FromIdl(const flyteidl::core::Identifier& id) {
  return {static_cast<EntityKind>(id.resource_type()), id.project(), id.domain(), id.name(), id.version()};
}

flyteidl::core::Identifier ToIdl(const EntityId& id) {
  flyteidl::core::Identifier out;
  out.set_resource_type(static_cast<flyteidl::core::ResourceType>(id.kind));
  out.set_project(id.project);
  out.set_domain(id.domain);
  out.set_name(id.name);
  out.set_version(id.version);
  return out;
}

}  // namespace sandbox::registry
