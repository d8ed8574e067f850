#pragma once

#include <grpcpp/support/status.h>

#include "sandbox/base/error.h"

namespace sandbox::api {

// Code, text and, when there are details, google.rpc.Status for the grpc-status-details-bin trailer. The text is cut
// (and details dropped, when they do not fit either) so that the trailer stays within what clients accept.
grpc::Status ToGrpcStatus(const Error& error);

}  // namespace sandbox::api
