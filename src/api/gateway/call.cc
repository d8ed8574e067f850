#include "api/gateway/call.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <future>

#include "api/gateway/json_write.h"
#include "sandbox/base/log.h"

namespace sandbox::api {

namespace asio = boost::asio;
using google::protobuf::Message;

namespace {

// Shared by the awaiting side and the answer, whichever lives longer. All but the two messages belongs to the executor.
struct Pending {
  explicit Pending(const asio::any_io_executor& executor) : answered(executor) {}
  std::shared_ptr<Message> request;
  std::unique_ptr<Message> response;
  asio::steady_timer answered;
  std::optional<Status> status;
};

void Start(const Method& method, const std::shared_ptr<Pending>& pending, const asio::any_io_executor& executor) {
  const auto done = [pending, executor](Status status) {
    asio::post(executor, [pending, status = std::move(status)]() mutable {
      if (!pending->status) pending->status = std::move(status);
      pending->answered.cancel();
    });
  };
  try {
    method.call(*pending->request, pending->response.get(), done);
  } catch (const std::exception& exception) {
    Log(LogLevel::kError, "gateway", Cat(pending->request->GetTypeName(), ": ", exception.what()));
    done(Internal("internal error"));
  }
}

}  // namespace

asio::awaitable<Result<std::unique_ptr<Message>>> CallMethod(
    const Method& method, std::shared_ptr<Message> request, Workers& workers,
    std::optional<std::chrono::steady_clock::time_point> deadline) {
  const auto late = [] { return Fail(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "context deadline exceeded"); };
  if (deadline && std::chrono::steady_clock::now() >= *deadline) co_return late();
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto pending = std::make_shared<Pending>(executor);
  pending->request = std::move(request);
  pending->response.reset(method.response->New());
  pending->answered.expires_at(deadline.value_or(std::chrono::steady_clock::time_point::max()));
  workers.Run([&method, pending, executor] { Start(method, pending, executor); });
  boost::system::error_code cancelled;
  co_await pending->answered.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  if (!pending->status) co_return late();
  if (!*pending->status) co_return std::unexpected(std::move(pending->status->error()));
  co_return std::move(pending->response);
}

Result<std::string> CallForJson(const MethodTable& methods, std::string_view name, const Message& request) {
  const Method* method = methods.Find(name);
  if (method == nullptr) return Fail(Code::kUnimplemented, "UNIMPLEMENTED", Cat("nothing is built for ", name));
  const std::unique_ptr<Message> response(method->response->New());
  std::promise<Status> answered;
  method->call(request, response.get(), [&](Status status) { answered.set_value(std::move(status)); });
  if (Status status = answered.get_future().get(); !status) return std::unexpected(std::move(status.error()));
  return ToJson(*response, JsonNames::kProto);
}

std::optional<std::chrono::nanoseconds> ParseGrpcTimeout(std::string_view text) {
  if (text.size() < 2 || text.size() > 9) return std::nullopt;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size() - 1, number);
  if (error != std::errc() || end != text.data() + text.size() - 1 || number < 0) return std::nullopt;
  switch (text.back()) {
    case 'H': return std::chrono::hours(number > 1'000'000 ? 1'000'000 : number);
    case 'M': return std::chrono::minutes(number);
    case 'S': return std::chrono::seconds(number);
    case 'm': return std::chrono::milliseconds(number);
    case 'u': return std::chrono::microseconds(number);
    case 'n': return std::chrono::nanoseconds(number);
    default: return std::nullopt;
  }
}

}  // namespace sandbox::api
