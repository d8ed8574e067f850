#include "sandbox/model/notifications.h"

#include "flyteidl/admin/execution.pb.h"

namespace sandbox::model {

std::string StoreNotifications(const Notifications& notifications) {
  flyteidl::admin::ExecutionSpec holder;
  *holder.mutable_notifications()->mutable_notifications() = notifications;
  return holder.notifications().SerializeAsString();
}

Notifications ReadNotifications(const std::string& stored) {
  flyteidl::admin::ExecutionSpec holder;
  holder.mutable_notifications()->ParseFromString(stored);
  return holder.notifications().notifications();
}

}  // namespace sandbox::model
