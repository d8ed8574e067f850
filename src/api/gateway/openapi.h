#pragma once

#include <string>

#include "api/gateway/router.h"

namespace sandbox::api {

// A Swagger 2.0 document of the routes: paths, methods, path parameters and whether there is a body. Pure.
std::string MakeOpenApi(const Router& router);

}  // namespace sandbox::api
