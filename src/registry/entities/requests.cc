// Parts of requests that launch plans and executions have in common.

#include "flyteidl/core/execution.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "registry/entities/validation.h"

namespace sandbox::registry {
namespace {

using flyteidl::core::WorkflowExecution;

bool IsFinal(int phase) {
  switch (phase) {
    case WorkflowExecution::SUCCEEDED:
    case WorkflowExecution::FAILED:
    case WorkflowExecution::ABORTED:
    case WorkflowExecution::TIMED_OUT: return true;
    default: return false;
  }
}

Status CheckRecipients(const google::protobuf::RepeatedPtrField<std::string>& recipients) {
  if (recipients.empty()) return Missing("recipients");
  for (const std::string& recipient : recipients) {
    if (recipient.empty()) return Missing("recipient");
  }
  return {};
}

Status CheckNotification(const flyteidl::admin::Notification& notification) {
  Status recipients;
  switch (notification.type_case()) {
    case flyteidl::admin::Notification::kEmail:
      recipients = CheckRecipients(notification.email().recipients_email());
      break;
    case flyteidl::admin::Notification::kPagerDuty:
      recipients = CheckRecipients(notification.pager_duty().recipients_email());
      break;
    case flyteidl::admin::Notification::kSlack:
      recipients = CheckRecipients(notification.slack().recipients_email());
      break;
    case flyteidl::admin::Notification::TYPE_NOT_SET: return InvalidArgument("invalid value for notification type");
  }
  if (!recipients) return recipients;
  for (int phase : notification.phases()) {
    if (!IsFinal(phase)) return InvalidArgument("invalid value for phase");
  }
  return {};
}

// protobuf's own limits: years 1 to 9999, nanos of one second.
bool IsValidTime(const google::protobuf::Timestamp& time) {
  return time.seconds() >= -62135596800 && time.seconds() <= 253402300799 && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

}  // namespace

Status CheckNotifications(const google::protobuf::RepeatedPtrField<flyteidl::admin::Notification>& notifications) {
  for (const auto& notification : notifications) {
    if (auto checked = CheckNotification(notification); !checked) return checked;
  }
  return {};
}

Status CheckLiteralMap(const flyteidl::core::LiteralMap& literals, std::string_view field) {
  for (const auto& [name, literal] : literals.literals()) {
    if (name.empty()) return InvalidArgument(Cat("missing key in ", field));
    if (literal.value_case() == flyteidl::core::Literal::VALUE_NOT_SET)
      return InvalidArgument(Cat("missing valid literal in ", field, " ", name));
    if (literal.scalar().primitive().has_datetime() && !IsValidTime(literal.scalar().primitive().datetime())) {
      return InvalidArgument(Cat("invalid datetime in ", field, " ", name, ": the year must be between 1 and 9999"));
    }
  }
  return {};
}

}  // namespace sandbox::registry
