#include "notify/notices.h"

#include <catch2/catch.hpp>

#include "flyteidl/admin/common.pb.h"
#include "flyteidl/admin/execution.pb.h"
#include "notify/notify.h"

using namespace sandbox;
namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

model::ExecutionRecord Record(model::ExecutionPhase phase) {
  admin::NotificationList list;
  admin::Notification& email = *list.add_notifications();
  email.add_phases(core::WorkflowExecution::SUCCEEDED);
  email.add_phases(core::WorkflowExecution::FAILED);
  email.mutable_email()->add_recipients_email("ops@example.com");
  email.mutable_email()->add_recipients_email("second@example.com");
  admin::Notification& slack = *list.add_notifications();
  slack.add_phases(core::WorkflowExecution::FAILED);
  slack.mutable_slack()->add_recipients_email("slack@example.com");
  admin::Notification& pager = *list.add_notifications();
  pager.add_phases(core::WorkflowExecution::ABORTED);
  pager.mutable_pager_duty()->add_recipients_email("duty@example.com");
  model::ExecutionRecord out;
  out.id = {"p", "d", "x"};
  out.workflow.name = "wf";
  out.notifications = list.SerializeAsString();
  out.phase = phase;
  return out;
}

}  // namespace

TEST_CASE("An execution's end is told to those who asked for that phase", "[notifications]") {
  const auto good = notify::NoticesOf(Record(model::ExecutionPhase::kSucceeded));
  REQUIRE(good.size() == 1);
  CHECK(good[0].kind == "email");
  CHECK(good[0].recipients == std::vector<std::string>{"ops@example.com", "second@example.com"});
  CHECK(good[0].subject == "Execution x of wf has SUCCEEDED");
  auto failed = Record(model::ExecutionPhase::kFailed);
  failed.error = model::ExecutionError{"code", "went wrong", "", model::ErrorKind::kUser, {}, ""};
  const auto bad = notify::NoticesOf(failed);
  REQUIRE(bad.size() == 2);
  CHECK(bad[1].kind == "slack");
  CHECK(bad[1].body.find("went wrong") != std::string::npos);
  CHECK(notify::NoticesOf(Record(model::ExecutionPhase::kAborted)).at(0).kind == "pager_duty");
  CHECK(notify::NoticesOf(Record(model::ExecutionPhase::kTimedOut)).empty());
}

TEST_CASE("A mail's lines cannot end the mail", "[notifications]") {
  Notice notice;
  notice.recipients = {"a@example.com", "b@example.com"};
  notice.subject = "one\r\nBcc: c@example.com";
  notice.body = "first\n.\n..two\r\nlast";
  CHECK(notify::MailText("me@example.com", notice) ==
        "From: me@example.com\r\nTo: a@example.com, b@example.com\r\nSubject: one  Bcc: c@example.com\r\nMIME-Version: "
        "1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nfirst\r\n..\r\n...two\r\nlast\r\n");
  notice.recipients = {"a@example.com>\r\nDATA"};
  CHECK(notify::SendMail("localhost:1", "me@example.com", notice).error().message.starts_with("not a mail address"));
}

TEST_CASE("Addresses of web hooks", "[notifications]") {
  const auto plain = notify::ParseHookUrl("http://localhost:9000/hook?a=b");
  REQUIRE(plain);
  CHECK((plain->host == "localhost" && plain->port == "9000" && plain->target == "/hook?a=b" && !plain->tls));
  const auto tls = notify::ParseHookUrl("https://hooks.example.com");
  REQUIRE(tls);
  CHECK((tls->host == "hooks.example.com" && tls->port == "443" && tls->target == "/" && tls->tls));
  for (const char* bad : {"", "ftp://x", "http://", "http://:80/", "http://x:port/", "localhost:80"})
    CHECK_FALSE(notify::ParseHookUrl(bad));
}

TEST_CASE("Nobody answers", "[notifications]") {
  Notice notice;
  notice.recipients = {"a@example.com"};
  CHECK(notify::PostWebhook("http://127.0.0.1:1/", notice).error().code == Code::kUnavailable);
  CHECK(notify::SendMail("127.0.0.1:1", "me@example.com", notice).error().code == Code::kUnavailable);
}
