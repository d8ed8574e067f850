#pragma once

// Secrets as Kubernetes' protobuf, which newer clients send instead of JSON. Pure.

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::kube {

inline constexpr std::string_view kProtobufType = "application/vnd.kubernetes.protobuf";

// {metadata{name}, data, stringData} of a body of that type, as its JSON would have them. INVALID_ARGUMENT.
Result<nlohmann::json> SecretFromProtobuf(std::string_view body);

}  // namespace sandbox::kube
