#pragma once

// What the registry answers. Pure.

#include "net/http.h"
#include "sandbox/base/error.h"

namespace sandbox::oci {

using Answer = Result<net::HttpResponse>;

// With the headers that every answer has.
net::HttpResponse Plain(unsigned status);
net::HttpResponse Json(std::string body, std::string media_type = "application/json");
// The specification's body: {"errors": [{"code": ..., "message": ...}]}. A full disk is 507.
net::HttpResponse ErrorAnswer(const Error& error);

std::unexpected<Error> MethodNotAllowed(std::string_view method);

}  // namespace sandbox::oci
