#pragma once

// GET /sandbox/v1/runs/PROJECT/DOMAIN/NAME and what is below it (docs/reference/local-api.yaml).
//
// Thread: any that may block.

#include "api/local/local_api.h"
#include "api/local/target.h"
#include "net/http.h"

namespace sandbox::api {

inline constexpr std::string_view kRunPath = "/sandbox/v1/runs/";

inline constexpr std::string_view kAttemptPath = "/sandbox/v1/attempts/";

net::HttpResponse RunAnswer(const LocalApiDeps& deps, const Target& target);
net::HttpResponse AttemptAnswer(const LocalApiDeps& deps, const Target& target);

}  // namespace sandbox::api
