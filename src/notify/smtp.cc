#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "notify/blocking.h"
#include "notify/notify.h"

namespace sandbox::notify {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr size_t kReplyBytesMax = 16 * 1024;

// An address that cannot break out of its command.
bool IsPlain(const std::string& address) {
  return !address.empty() &&
         std::ranges::none_of(address, [](unsigned char c) { return c <= ' ' || c == '<' || c == '>' || c == 0x7f; });
}

// A header's value on one line.
std::string OneLine(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return text;
}

class Conversation {
 public:
  explicit Conversation(tcp::socket socket) : socket_(std::move(socket)) {}

  // Sends a line (none: only listens) and expects an answer of that class.
  asio::awaitable<Status> Say(std::string line, char wanted) {
    if (!line.empty()) {
      line += "\r\n";
      co_await asio::async_write(socket_, asio::buffer(line), use_awaitable);
    }
    while (true) {
      const size_t size = co_await asio::async_read_until(socket_, asio::dynamic_buffer(received_, kReplyBytesMax),
                                                          "\r\n", use_awaitable);
      const std::string reply = received_.substr(0, size - 2);
      received_.erase(0, size);
      if (reply.size() > 3 && reply[3] == '-') continue;
      if (!reply.starts_with(wanted))
        co_return Fail(Code::kUnavailable, "REFUSED", Cat("the mail server says: ", OneLine(reply)));
      co_return Status();
    }
  }

 private:
  tcp::socket socket_;
  std::string received_;
};

asio::awaitable<Status> Send(std::string host, std::string port, std::string from, std::vector<std::string> recipients,
                             std::string text) {
  tcp::resolver resolver(co_await asio::this_coro::executor);
  const auto addresses = co_await resolver.async_resolve(host, port, use_awaitable);
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await asio::async_connect(socket, addresses, use_awaitable);
  Conversation conversation(std::move(socket));
  if (Status said = co_await conversation.Say("", '2'); !said) co_return said;
  if (Status said = co_await conversation.Say("EHLO localhost", '2'); !said) co_return said;
  if (Status said = co_await conversation.Say(Cat("MAIL FROM:<", from, ">"), '2'); !said) co_return said;
  for (const std::string& recipient : recipients) {
    if (Status said = co_await conversation.Say(Cat("RCPT TO:<", recipient, ">"), '2'); !said) co_return said;
  }
  if (Status said = co_await conversation.Say("DATA", '3'); !said) co_return said;
  if (Status said = co_await conversation.Say(text + ".", '2'); !said) co_return said;
  static_cast<void>(co_await conversation.Say("QUIT", '2'));
  co_return Status();
}

}  // namespace

std::string MailText(const std::string& from, const Notice& notice) {
  std::string to;
  for (const std::string& recipient : notice.recipients) to += Cat(to.empty() ? "" : ", ", recipient);
  std::string out = Cat("From: ", OneLine(from), "\r\nTo: ", OneLine(to), "\r\nSubject: ", OneLine(notice.subject),
                        "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
  std::string_view rest = notice.body;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out += Cat(line.starts_with('.') ? "." : "", line, "\r\n");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Status SendMail(const std::string& server, const std::string& from, const Notice& notice) {
  const size_t colon = server.rfind(':');
  const std::string host = server.substr(0, colon);
  const std::string port = colon == std::string::npos ? "25" : server.substr(colon + 1);
  for (const std::string& recipient : notice.recipients) {
    if (!IsPlain(recipient)) return InvalidArgument(Cat("not a mail address: ", OneLine(recipient)));
  }
  return RunBlocking([&] { return Send(host, port, from, notice.recipients, MailText(from, notice)); });
}

}  // namespace sandbox::notify
