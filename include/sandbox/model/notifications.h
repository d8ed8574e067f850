#pragma once

// ExecutionRecord::notifications: what it is made of, and back. Pure.

#include <string>

#include "flyteidl/admin/common.pb.h"

namespace sandbox::model {

using Notifications = google::protobuf::RepeatedPtrField<flyteidl::admin::Notification>;

// Field 1 of a message, as databases of earlier versions have it.
std::string StoreNotifications(const Notifications& notifications);
// None when the bytes cannot be read.
Notifications ReadNotifications(const std::string& stored);

}  // namespace sandbox::model
