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

// The parts of a web hook's address.
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
  // Ends deliveries, but for those that are under way.
  void Close() { closed_ = true; }

 private:
  const Options options_;
  Workers& workers_;
  std::atomic<bool> closed_ = false;
};

// Block until the notice is delivered, some seconds at most. UNAVAILABLE with the reason when it is not.
Status PostWebhook(const std::string& url, const Notice& notice);
Status SendMail(const std::string& server, const std::string& from, const Notice& notice);
// The message with its headers, lines ended and dots doubled as SMTP wants them.
std::string MailText(const std::string& from, const Notice& notice);

}  // namespace sandbox::notify
