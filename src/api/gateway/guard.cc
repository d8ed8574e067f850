#include "api/gateway/guard.h"

#include <algorithm>
#include <array>

#include "api/gateway/cors.h"
#include "net/http_message.h"

namespace sandbox::api {

namespace asio = boost::asio;
using net::EqualsIgnoreCase;
using net::HttpExchange;
using net::HttpHeaders;
using net::HttpRequest;
using net::HttpResponse;

namespace {

constexpr std::array<std::string_view, 7> kOwnNames{
    "localhost",
    "127.0.0.1",
    "[::1]",
    "host.docker.internal",
    "host.containers.internal",
    // What task containers know this machine by.
    "flyte-sandbox-grpc.flyte",
    "flyte-sandbox-minio.flyte",
};
constexpr std::array<std::string_view, 2> kPageTypes{"application/json", "application/octet-stream"};

// "[::1]:30080" is "[::1]".
std::string_view WithoutPort(std::string_view host) {
  const size_t colon = host.rfind(':');
  const size_t bracket = host.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return host;
  return host.substr(0, colon);
}

bool Lists(const auto& list, std::string_view wanted) {
  return std::ranges::any_of(list, [&](const auto& each) { return EqualsIgnoreCase(each, wanted); });
}

bool OnlyReads(const HttpRequest& request) { return request.method == "GET" || request.method == "HEAD"; }

std::string_view MediaType(const HttpHeaders& headers) {
  const std::string_view type = headers.Get("Content-Type");
  std::string_view media = type.substr(0, type.find(';'));
  while (media.ends_with(' ')) media.remove_suffix(1);
  return media;
}

HttpResponse Refusal(unsigned status, std::string text) {
  HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", "text/plain; charset=utf-8");
  response.headers.Set("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.Set("X-Content-Type-Options", "nosniff");
  response.body = std::move(text) + "\n";
  return response;
}

// What is added to the answer of a request that was let through.
HttpHeaders Added(Asker asker, const HttpRequest& request) {
  HttpHeaders headers;
  if (asker == Asker::kForeignPage) {
    headers.Set("Cross-Origin-Resource-Policy", "same-origin");
    headers.Set("X-Content-Type-Options", "nosniff");
  } else if (asker != Asker::kProgram && request.headers.Has("Origin")) {
    headers = CorsHeaders(request.headers.Get("Origin"));
  }
  return headers;
}

class ExchangeWithHeaders final : public HttpExchange {
 public:
  ExchangeWithHeaders(HttpExchange& exchange, HttpHeaders headers)
      : exchange_(exchange), headers_(std::move(headers)) {}

  const HttpRequest& Request() const override { return exchange_.Request(); }
  std::optional<uint64_t> BodyLength() const override { return exchange_.BodyLength(); }
  asio::awaitable<Result<std::string>> ReadBody(size_t bytes_max) override { return exchange_.ReadBody(bytes_max); }
  asio::awaitable<Result<std::string>> ReadAll(size_t bytes_max) override { return exchange_.ReadAll(bytes_max); }
  asio::awaitable<Status> Send(HttpResponse response) override { return exchange_.Send(Add(std::move(response))); }
  asio::awaitable<Status> Begin(HttpResponse head, std::optional<uint64_t> length) override {
    return exchange_.Begin(Add(std::move(head)), length);
  }
  asio::awaitable<Status> Write(std::string_view bytes) override { return exchange_.Write(bytes); }
  asio::awaitable<Status> End() override { return exchange_.End(); }
  void CloseAfter() override { exchange_.CloseAfter(); }
  bool PeerIsGone() override { return exchange_.PeerIsGone(); }

 private:
  HttpResponse Add(HttpResponse response) const {
    for (const auto& [name, value] : headers_.fields) response.headers.Set(name, value);
    return response;
  }

  HttpExchange& exchange_;
  const HttpHeaders headers_;
};

asio::awaitable<void> SendOnly(HttpExchange& exchange, HttpResponse response) {
  (void)co_await exchange.Send(std::move(response));
}

asio::awaitable<void> ServeGuarded(const std::shared_ptr<const Guard> guard, const net::HttpHandler& handler,
                                   HttpExchange& exchange) {
  const HttpRequest& request = exchange.Request();
  const Asker asker = guard->AskerOf(request);
  if (auto refused = guard->Refuse(request, asker)) co_return co_await SendOnly(exchange, std::move(*refused));
  HttpHeaders added = Added(asker, request);
  if (request.method == "OPTIONS") co_return co_await SendOnly(exchange, Preflight(request, std::move(added)));
  if (added.fields.empty()) co_return co_await handler(exchange);
  ExchangeWithHeaders with(exchange, std::move(added));
  co_await handler(with);
}

}  // namespace

Guard::Guard(GuardOptions options) : options_(std::move(options)) {}

bool Guard::IsOurs(std::string_view name) const {
  if (Lists(kOwnNames, name) || Lists(options_.hosts, name)) return true;
  const std::optional<std::string> bridge = options_.bridge_address ? options_.bridge_address() : std::nullopt;
  return bridge && *bridge == name;
}

Asker Guard::AskerOf(const HttpRequest& request) const {
  const std::string_view site = request.headers.Get("Sec-Fetch-Site");
  if (request.headers.Has("Origin")) {
    const std::string_view origin = request.headers.Get("Origin");
    if (Lists(options_.origins, origin)) return Asker::kAllowedPage;
    if (!EqualsIgnoreCase(origin, Cat("http://", request.headers.Get("Host")))) return Asker::kForeignPage;
  }
  if (site == "cross-site" || site == "same-site") return Asker::kForeignPage;
  return request.headers.Has("Origin") || !site.empty() ? Asker::kOwnPage : Asker::kProgram;
}

std::optional<HttpResponse> Guard::Refuse(const HttpRequest& request, Asker asker) const {
  const std::string_view host = request.headers.Get("Host");
  if (const std::string_view name = WithoutPort(host); request.headers.Has("Host") && !IsOurs(name)) {
    return Refusal(421, Cat("This sandbox does not answer to the host name '", name,
                            "'. When it is yours, list it in the setting allowed_hosts of config.yaml, such as "
                            "`allowed_hosts: [",
                            name, "]`, and start the sandbox again."));
  }
  if (asker == Asker::kProgram || OnlyReads(request)) return std::nullopt;
  if (asker == Asker::kForeignPage) {
    const std::string_view origin = request.headers.Get("Origin");
    return Refusal(403, Cat("Pages of another site (", origin.empty() ? "origin not told" : origin,
                            ") may not use this sandbox. When it is yours, list its origin in the setting "
                            "allowed_origins of config.yaml, such as `allowed_origins: [http://localhost:3000]`, and "
                            "start the sandbox again."));
  }
  if (request.method == "OPTIONS" || Lists(kPageTypes, MediaType(request.headers))) return std::nullopt;
  return Refusal(415, Cat("Content-Type of a page's ", request.method, " is '", MediaType(request.headers),
                          "': send application/json, or application/octet-stream for uploads."));
}

net::HttpHandler MakeGuard(GuardOptions options, net::HttpHandler handler) {
  auto guard = std::make_shared<const Guard>(std::move(options));
  return
      [guard, handler = std::move(handler)](HttpExchange& exchange) { return ServeGuarded(guard, handler, exchange); };
}

}  // namespace sandbox::api
