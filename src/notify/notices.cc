#include "notify/notices.h"

#include <algorithm>

#include "flyteidl/admin/common.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/model/notifications.h"

namespace sandbox::notify {
namespace {

namespace admin = flyteidl::admin;

void SetRecipients(const admin::Notification& notification, Notice& notice) {
  const auto take = [&notice](const char* kind, const auto& addresses) {
    notice.kind = kind;
    notice.recipients.assign(addresses.begin(), addresses.end());
  };
  if (notification.has_email()) take("email", notification.email().recipients_email());
  if (notification.has_slack()) take("slack", notification.slack().recipients_email());
  if (notification.has_pager_duty()) take("pager_duty", notification.pager_duty().recipients_email());
}

void SetText(Notice& notice) {
  const ExecutionId& id = notice.execution;
  notice.subject = Cat("Execution ", id.name, " of ", notice.workflow, " has ", notice.phase);
  notice.body = Cat("Execution: ", id.name, "\nProject:   ", id.project, "\nDomain:    ", id.domain,
                    "\nWorkflow:  ", notice.workflow, "\nPhase:     ", notice.phase, "\n");
  if (!notice.error.empty()) notice.body += Cat("\n", notice.error, "\n");
}

}  // namespace

std::vector<Notice> NoticesOf(const model::ExecutionRecord& record) {
  std::vector<Notice> out;
  for (const admin::Notification& notification : model::ReadNotifications(record.notifications)) {
    if (std::ranges::find(notification.phases(), static_cast<int>(record.phase)) == notification.phases().end())
      continue;
    Notice notice;
    SetRecipients(notification, notice);
    notice.execution = record.id;
    notice.phase = model::PhaseName(record.phase);
    notice.workflow = record.workflow.name;
    notice.launch_plan = record.launch_plan.name;
    notice.error = record.error ? record.error->message : record.abort_cause;
    SetText(notice);
    out.push_back(std::move(notice));
  }
  return out;
}

}  // namespace sandbox::notify
