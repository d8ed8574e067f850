#pragma once

// A pod's row as the local API shows it. Pure.

#include <nlohmann/json_fwd.hpp>

#include "sandbox/model/records.h"

namespace sandbox::api {

// What every list of pods shows; unknown values are null.
nlohmann::json PodJson(const model::TaskRecord& task);
// {code, since, text, status, ...amounts}; null when it waits for nothing.
nlohmann::json WaitJson(const model::WaitReason& wait);

}  // namespace sandbox::api
