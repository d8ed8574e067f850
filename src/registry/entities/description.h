#pragma once

#include "flyteidl/admin/description_entity.pb.h"
#include "sandbox/base/time.h"
#include "sandbox/model/entities.h"

namespace sandbox::registry {

// The row for the description that came with a definition.
model::DescriptionRecord ToDescription(const EntityId& id, const flyteidl::admin::DescriptionEntity& given,
                                       Instant now);

}  // namespace sandbox::registry
