#pragma once

// Notices as lines of the log, and where it is wanted as a POST to a web hook or as mail.

#include <atomic>
#include <string>

#include "sandbox/base/error.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/notifier.h"

namespace sandbox::notify {

struct Options {
  std::string webhook;  // http:// or https:// address; empty: none
  std::string smtp;     // host:port of a mail server that needs no login; empty: none
  std::string mail_from = "sandbox@localhost";
};

// Where a web hook is.
struct HookUrl {
  bool tls = false;
  std::string host;
  std::string port;
  std::string target;
};
Result<HookUrl> ParseHookUrl(const std::string& text);

class NoticeSender final : public Notifier {
 public:
  // References outlive this, and this outlives whatever the workers still run. They should have no other work: a
  // delivery may take its time.
  NoticeSender(Options options, Workers& workers) : options_(std::move(options)), workers_(workers) {}
  void Notify(Notice notice) override;
  // Nothing more is delivered, but for what is under way.
  void Close() { closed_ = true; }

 private:
  const Options options_;
  Workers& workers_;
  std::atomic<bool> closed_ = false;
};

// Block until it is delivered, at most some seconds. UNAVAILABLE with why not.
Status PostWebhook(const std::string& url, const Notice& notice);
Status SendMail(const std::string& server, const std::string& from, const Notice& notice);
// The message with its headers, lines ended and dots doubled as SMTP wants them.
std::string MailText(const std::string& from, const Notice& notice);

}  // namespace sandbox::notify
