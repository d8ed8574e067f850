#pragma once

// Texts as Kubernetes writes them. Pure.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "sandbox/base/time.h"

namespace sandbox::kube {

// "2026-01-31T12:00:00Z"; null when unknown.
nlohmann::json TimeJson(Instant at);
// With its fraction, six digits.
nlohmann::json MicroTimeJson(Instant at);
// As the column AGE has it: "45s", "5m30s", "98m", "4h57m", "3d4h"; "<unknown>".
std::string AgeText(Instant since, Instant now);
std::string ShortDuration(Duration duration);
// "512Mi", "1Gi", "1000": exact, in the largest unit.
std::string BytesText(int64_t bytes);
// A uid that always belongs to this text.
std::string UidOf(std::string_view text);
// A name as one part of a host's: what Kubernetes takes for most objects.
bool IsDnsName(std::string_view name);

}  // namespace sandbox::kube
