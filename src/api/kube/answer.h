#pragma once

// What is answered: objects, and Status objects of what went wrong. Pure.

#include "api/kube/request.h"
#include "net/http.h"
#include "sandbox/base/error.h"

namespace sandbox::kube {

using Answer = Result<net::HttpResponse>;

// What this is, for whoever asks for what it is not.
inline constexpr std::string_view kWhatThisIs =
    "this is the Kubernetes-shaped window of a Flyte sandbox, which runs tasks as Docker containers; there is no "
    "cluster behind it";

net::HttpResponse Json(std::string body);
// {"kind":"Status","status":"Failure","reason":...,"message":...,"code":...}; the error's reason is Kubernetes' word,
// such as "NotFound", or else follows from its code.
net::HttpResponse Failure(const Error& error, const KubeRequest& request);
std::string FailureBody(const Error& error, const KubeRequest& request);
net::HttpResponse Success(const KubeRequest& request, const std::string& uid);

// pods "x" not found.
std::unexpected<Error> NoSuch(const KubeRequest& request);
// It is there, and cannot be done here; `instead` says what can.
std::unexpected<Error> NotServed(std::string_view what, std::string_view instead);

}  // namespace sandbox::kube
