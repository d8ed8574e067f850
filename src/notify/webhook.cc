#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include "notify/blocking.h"
#include "notify/notify.h"

namespace sandbox::notify {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr size_t kAnswerBytesMax = 64 * 1024;

// `text` is what Slack's incoming hooks show; the rest is for programs.
std::string Body(const Notice& notice) {
  const nlohmann::json json = {
      {"text", notice.subject},
      {"kind", notice.kind},
      {"recipients", notice.recipients},
      {"project", notice.execution.project},
      {"domain", notice.execution.domain},
      {"name", notice.execution.name},
      {"phase", notice.phase},
      {"workflow", notice.workflow},
      {"launch_plan", notice.launch_plan},
      {"error", notice.error},
  };
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <typename Stream>
asio::awaitable<Status> Exchange(Stream& stream, const HookUrl& url, std::string body) {
  http::request<http::string_body> request(http::verb::post, url.target, 11);
  request.set(http::field::host, url.host);
  request.set(http::field::content_type, "application/json");
  request.set(http::field::connection, "close");
  request.body() = std::move(body);
  request.prepare_payload();
  co_await http::async_write(stream, request, use_awaitable);
  boost::beast::flat_buffer buffer(kAnswerBytesMax);
  http::response_parser<http::string_body> answer;
  answer.body_limit(kAnswerBytesMax);
  co_await http::async_read(stream, buffer, answer, use_awaitable);
  const unsigned status = answer.get().result_int();
  if (status >= 300) co_return Fail(Code::kUnavailable, "REFUSED", Cat("HTTP status ", status, " from ", url.host));
  co_return Status();
}

asio::awaitable<Status> Post(HookUrl url, std::string body) {
  tcp::resolver resolver(co_await asio::this_coro::executor);
  const auto addresses = co_await resolver.async_resolve(url.host, url.port, use_awaitable);
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await asio::async_connect(socket, addresses, use_awaitable);
  if (!url.tls) co_return co_await Exchange(socket, url, std::move(body));
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_default_verify_paths();
  asio::ssl::stream<tcp::socket&> stream(socket, tls);
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
  SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str());
  co_await stream.async_handshake(asio::ssl::stream_base::client, use_awaitable);
  co_return co_await Exchange(stream, url, std::move(body));
}

}  // namespace

Result<HookUrl> ParseHookUrl(const std::string& text) {
  HookUrl out;
  std::string_view rest = text;
  out.tls = rest.starts_with("https://");
  if (!out.tls && !rest.starts_with("http://"))
    return InvalidArgument("expected an address that begins with http:// or https://");
  rest.remove_prefix(out.tls ? 8 : 7);
  const size_t path = std::min(rest.find('/'), rest.size());
  const std::string_view place = rest.substr(0, path);
  out.target = path == rest.size() ? "/" : std::string(rest.substr(path));
  const size_t colon = place.rfind(':');
  out.host = place.substr(0, colon);
  out.port = colon == std::string_view::npos ? (out.tls ? "443" : "80") : std::string(place.substr(colon + 1));
  const bool number =
      !out.port.empty() && out.port.size() <= 5 && out.port.find_first_not_of("0123456789") == std::string::npos;
  if (out.host.empty() || !number) return InvalidArgument("expected an address such as http://localhost:9000/hook");
  return out;
}

Status PostWebhook(const std::string& url, const Notice& notice) {
  auto place = ParseHookUrl(url);
  if (!place) return std::unexpected(std::move(place.error()));
  return RunBlocking([&] { return Post(*place, Body(notice)); });
}

}  // namespace sandbox::notify
