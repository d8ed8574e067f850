#pragma once

#include <string>
#include <utility>

#include "sandbox/ports/list_query.h"

namespace sandbox::control {

inline Condition Equal(ListEntity entity, std::string column, std::string value) {
  return {entity, std::move(column), FilterOp::kEq, {std::move(value)}};
}

}  // namespace sandbox::control
