#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"
#include "sandbox/base/ids.h"

namespace sandbox::api {

// flyte://v1/<project>/<domain>/<execution>/<node>[/<attempt>]/<i|o|d>, or .../<i|o>/<name>.
struct FlyteUrl {
  NodeExecutionId node;
  std::optional<uint32_t> attempt;
  char kind = 'i';   // 'i', 'o' or 'd'
  std::string name;  // of one literal; empty: all
};

// INVALID_ARGUMENT with the texts of protocol/control-plane 6.3. Pure.
Result<FlyteUrl> ParseFlyteUrl(std::string_view text);

}  // namespace sandbox::api
