#include "notify/notify.h"

#include "sandbox/base/log.h"

namespace sandbox::notify {
namespace {

constexpr int kTries = 3;

std::string Joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += Cat(out.empty() ? "" : ", ", text);
  return out;
}

template <typename Send>
void Deliver(const char* how, const Notice& notice, Send send) {
  Status sent;
  for (int i = 0; i < kTries; ++i) {
    if (sent = send(); sent) return;
  }
  Log(LogLevel::kError, "notify", Cat("execution ", notice.execution.name, ": the ", how, " could not be delivered: ", sent.error().message));
}

}  // namespace

void NoticeSender::Notify(Notice notice) {
  Log(LogLevel::kInfo, "notify",
      Cat("execution ", notice.execution.project, "/", notice.execution.domain, "/", notice.execution.name, " has ", notice.phase, ": ", notice.kind, " to ", Joined(notice.recipients)));
  if (options_.webhook.empty() && options_.smtp.empty()) return;
  workers_.Run([this, notice = std::move(notice)] {
    if (!options_.webhook.empty()) Deliver("web hook", notice, [&] { return PostWebhook(options_.webhook, notice); });
    if (!options_.smtp.empty()) Deliver("mail", notice, [&] { return SendMail(options_.smtp, options_.mail_from, notice); });
  });
}

}  // namespace sandbox::notify
