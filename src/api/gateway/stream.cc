#include "api/gateway/stream.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <mutex>

#include "sandbox/base/log.h"

namespace sandbox::api {

namespace asio = boost::asio;
using google::protobuf::Message;

namespace {

// Shared by the method, on any thread, and the session.
class Lines final : public AnswerStream, public std::enable_shared_from_this<Lines> {
 public:
  Lines(const asio::any_io_executor& executor, Encoding encoding)
      : executor_(executor), encoding_(encoding), news_(executor) {}

  bool Write(const Message& answer) override {
    std::string line = Cat("{\"result\":", EncodeMessage(encoding_, answer).body, "}\n");
    std::function<void()> tell;
    bool taken = false;
    {
      const std::lock_guard lock(mutex_);
      if (over_) return false;
      taken = waiting_.size() < kAnswersWaitingMax;
      if (taken) {
        waiting_.push_back(std::move(line));
      } else {
        waiting_.clear();
        left_ = true;
        tell = std::move(on_left_);
        EndWith(ReaderTooSlow());
      }
    }
    Wake();
    if (tell) tell();
    return taken;
  }
  void End(Status status) override {
    const std::lock_guard lock(mutex_);
    if (over_) return;
    if (status) {
      over_ = true;
    } else {
      EndWith(status.error());
    }
    Wake();
  }
  void OnLeft(std::function<void()> callback) override {
    {
      const std::lock_guard lock(mutex_);
      if (!left_) {
        on_left_ = std::move(callback);
        return;
      }
    }
    callback();
  }

  // Of the session: what waits, at least one line but for the end.
  asio::awaitable<std::string> Next() {
    while (true) {
      if (std::string text = Take(); !text.empty() || IsOver()) co_return text;
      news_.expires_at(asio::steady_timer::time_point::max());
      boost::system::error_code ignored;
      co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }
  bool IsOver() {
    const std::lock_guard lock(mutex_);
    return over_ && waiting_.empty();
  }
  void Leave() {
    std::function<void()> tell;
    {
      const std::lock_guard lock(mutex_);
      if (!std::exchange(over_, true)) tell = std::move(on_left_);
      left_ = true;
    }
    if (tell) tell();
  }

 private:
  // Under the lock.
  void EndWith(const Error& error) {
    over_ = true;
    waiting_.push_back(Cat("{\"error\":", EncodeError(encoding_, error).body, "}\n"));
  }
  std::string Take() {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const std::string& line : std::exchange(waiting_, {})) text += line;
    return text;
  }
  void Wake() {
    asio::post(executor_, [self = shared_from_this()] { self->news_.cancel(); });
  }

  const asio::any_io_executor executor_;
  const Encoding encoding_;
  asio::steady_timer news_;
  std::mutex mutex_;
  std::deque<std::string> waiting_;
  bool over_ = false, left_ = false;
  std::function<void()> on_left_;
};

}  // namespace

asio::awaitable<void> ServeStream(const Method& method, std::shared_ptr<Message> request, Workers& workers,
                                  Encoding encoding, net::HttpExchange& exchange) {
  // Bytes have no lines: a reader of them gets JSON, too.
  if (encoding == Encoding::kProtobuf) encoding = Encoding::kCamelJson;
  const auto lines = std::make_shared<Lines>(co_await asio::this_coro::executor, encoding);
  workers.Run([&method, request = std::move(request), lines] {
    try {
      method.stream(*request, lines);
    } catch (const std::exception& exception) {
      Log(LogLevel::kError, "gateway", Cat(request->GetTypeName(), ": ", exception.what()));
      lines->End(Internal("internal error"));
    }
  });
  net::HttpResponse head;
  head.headers.Set("Content-Type", "application/json");
  if (!co_await exchange.Begin(std::move(head), std::nullopt)) co_return lines->Leave();
  while (!lines->IsOver()) {
    const std::string text = co_await lines->Next();
    if (!text.empty() && !co_await exchange.Write(text)) co_return lines->Leave();
  }
  co_await exchange.End();
}

}  // namespace sandbox::api
