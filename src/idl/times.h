#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "sandbox/base/time.h"

namespace sandbox::idl {

google::protobuf::Timestamp ToIdl(Instant instant);
google::protobuf::Duration ToIdl(Duration duration);
// Saturates at the ends of Duration.
Duration FromIdl(const google::protobuf::Duration& duration);

}  // namespace sandbox::idl
