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
void Deliver(const char* how, const Notice& notice, const std::atomic<bool>& closed, Send send) {
  Status sent = Fail(Code::kCancelled, "CLOSED", "the sandbox stops");
  for (int i = 0; i < kTries && !closed; ++i) {
    if (sent = send(); sent) return;
  }
  Log(LogLevel::kError, "notify",
      Cat("execution ", notice.execution.name, ": the ", how, " could not be delivered: ", sent.error().message));
}

}  // namespace

void NoticeSender::Notify(Notice notice) {
  Log(LogLevel::kInfo, "notify",
      Cat("execution ", notice.execution.project, "/", notice.execution.domain, "/", notice.execution.name, " has ",
          notice.phase, ": ", notice.kind, " to ", Joined(notice.recipients)));
  if (options_.webhook.empty() && options_.smtp.empty()) return;
  workers_.Run([this, notice = std::move(notice)] {
    if (!options_.webhook.empty())
      Deliver("web hook", notice, closed_, [&] { return PostWebhook(options_.webhook, notice); });
    if (!options_.smtp.empty())
      Deliver("mail", notice, closed_, [&] { return SendMail(options_.smtp, options_.mail_from, notice); });
  });
}

}  // namespace sandbox::notify
