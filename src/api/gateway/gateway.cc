#include "api/gateway/gateway.h"

#include "api/gateway/call.h"
#include "api/gateway/marshal.h"
#include "api/gateway/openapi.h"
#include "api/gateway/populate.h"
#include "api/gateway/router.h"
#include "api/gateway/stream.h"
#include "api/gateway/url.h"
#include "api/service_descriptors.h"
#include "net/http_message.h"
#include "sandbox/base/encoding.h"

namespace sandbox::api {

namespace asio = boost::asio;
using google::protobuf::Message;
using net::HttpExchange;
using net::HttpRequest;
using net::HttpResponse;

namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

HttpResponse Text(unsigned status, const char* type, std::string body) {
  HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", type);
  response.body = std::move(body);
  return response;
}

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&#34;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

HttpResponse Redirect(const HttpRequest& request, const std::string& location) {
  const bool page = request.method == "GET" || request.method == "HEAD";
  HttpResponse response;
  if (page)
    response = Text(307, "text/html; charset=utf-8",
                    Cat("<a href=\"", EscapeHtml(location), "\">Temporary Redirect</a>.\n\n"));
  response.status = 307;
  response.headers.Set("Location", location);
  return response;
}

class Gateway {
 public:
  Gateway(const MethodTable& methods, GatewayOptions options)
      : methods_(methods),
        options_(std::move(options)),
        router_(Services(options_.more_services)),
        openapi_(MakeOpenApi(router_)) {}

  asio::awaitable<void> Serve(HttpExchange& exchange) const {
    const HttpRequest& request = exchange.Request();
    const Target target = SplitTarget(request.target);
    const std::optional<std::string> path = PercentDecode(target.path);
    if (!path || !path->starts_with('/')) {
      exchange.CloseAfter();
      (void)co_await exchange.Send(Text(400, "text/plain; charset=utf-8", "400 Bad Request"));
      co_return;
    }
    for (const GatewayPrefix& other : options_.prefixes) {
      if (path->starts_with(other.prefix)) co_return co_await other.handler(exchange);
    }
    std::optional<HttpResponse> response = Page(request, target, *path);
    if (!response) response = co_await Api(exchange, target, *path);
    if (response) (void)co_await exchange.Send(std::move(*response));
  }

 private:
  static std::vector<const google::protobuf::ServiceDescriptor*> Services(
      const std::vector<const google::protobuf::ServiceDescriptor*>& more) {
    auto out = ServiceDescriptors();
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }

  // Everything that is no method of a service.
  std::optional<HttpResponse> Page(const HttpRequest& request, const Target& target, const std::string& path) const {
    if (const std::string clean = CleanPath(target.path); clean != target.path && request.method != "CONNECT") {
      return Redirect(request, target.query.empty() ? clean : clean + "?" + target.query);
    }
    if (path == "/healthcheck") return HttpResponse{};
    if (path == "/api/v1/openapi") return Text(200, "text/plain; charset=utf-8", openapi_);
    // Programs that ask for the root get the gateway's 404, as ever.
    if (path == "/" && request.headers.Get("Accept").find("text/html") != std::string_view::npos)
      return Redirect(request, "/console/");
    if (!options_.pages) return std::nullopt;
    return options_.pages(request, {target.path, path, target.query});
  }

  // The query, and for a form its body, as one set of parameters.
  static Result<Query> Parameters(const Target& target, const std::string& form) {
    const std::string both = form.empty() ? target.query : target.query.empty() ? form : form + "&" + target.query;
    auto query = ParseQuery(both);
    if (!query) return InvalidArgument(query.error());
    return std::move(*query);
  }

  // None when the method has streamed its answers.
  asio::awaitable<std::optional<HttpResponse>> Api(HttpExchange& exchange, const Target& target,
                                                   const std::string& path) const {
    const HttpRequest& request = exchange.Request();
    const Encodings encodings = ChooseEncodings(request.headers);
    const bool form = request.method == "POST" && request.headers.Get("Content-Type") == kFormType;
    std::string method = request.method;
    if (form && request.headers.Has("X-HTTP-Method-Override")) method = request.headers.Get("X-HTTP-Method-Override");
    for (char& c : method) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;

    const Router::Match match = router_.Find(method, SplitPath(path));
    const Route* route = match.route;
    // A query that is too long for a URL may be posted as a form.
    const bool form_for_get = route == nullptr && form && match.other != nullptr && match.other->http_method == "GET";
    if (form_for_get) route = match.other;
    if (route == nullptr) {
      Error error{Code::kNotFound, "NO_ROUTE", "Not Found"};
      if (match.other != nullptr) error = {Code::kUnimplemented, "WRONG_METHOD", "Method Not Allowed"};
      co_return EncodeError(encodings.out, error);
    }
    Result<Ready> ready = co_await Prepare(exchange, *route, match.parameters, target, encodings.in, form);
    if (!ready) co_return EncodeError(encodings.out, ready.error());
    if (ready->method->stream) {
      co_await ServeStream(*ready->method, std::move(ready->request), options_.workers, encodings.out, exchange);
      co_return std::nullopt;
    }
    Result<std::unique_ptr<Message>> answer =
        co_await CallMethod(*ready->method, std::move(ready->request), options_.workers, ready->deadline);
    co_return answer ? EncodeMessage(encodings.out, **answer) : EncodeError(encodings.out, answer.error());
  }

  struct Ready {
    const Method* method = nullptr;
    std::shared_ptr<Message> request;
    std::optional<std::chrono::steady_clock::time_point> deadline;
  };

  asio::awaitable<Result<Ready>> Prepare(HttpExchange& exchange, const Route& route,
                                         const Router::Parameters& parameters, const Target& target, Encoding encoding,
                                         bool form) const {
    Ready out;
    if (const std::string_view timeout = exchange.Request().headers.Get("Grpc-Timeout"); !timeout.empty()) {
      const auto parsed = ParseGrpcTimeout(timeout);
      if (!parsed) co_return InvalidArgument(Cat("invalid grpc-timeout: ", timeout));
      out.deadline = std::chrono::steady_clock::now() + *parsed;
    }
    Result<std::string> body = co_await exchange.ReadAll(options_.body_bytes_max);
    if (!body) co_return std::unexpected(std::move(body.error()));
    out.method = methods_.Find(route.name);
    if (out.method == nullptr) co_return std::unexpected(NotBuilt(route));
    out.request.reset(out.method->request->New());
    if (Status filled = Fill(route, parameters, target, *body, encoding, form, out.request.get()); !filled)
      co_return std::unexpected(std::move(filled.error()));
    co_return out;
  }

  // Body, then path, then query: what comes later wins.
  static Status Fill(const Route& route, const Router::Parameters& parameters, const Target& target,
                     const std::string& body, Encoding encoding, bool form, Message* request) {
    std::vector<std::string> taken;
    if (route.body == "*") {
      if (Status decoded = Decode(encoding, body, request); !decoded) return decoded;
    } else if (!route.body.empty()) {
      const google::protobuf::FieldDescriptor* field = request->GetDescriptor()->FindFieldByName(route.body);
      Message* part = field == nullptr || field->message_type() == nullptr
                          ? nullptr
                          : request->GetReflection()->MutableMessage(request, field);
      if (part == nullptr) return Internal(Cat("the body of ", route.name, " is no message"));
      if (Status decoded = Decode(encoding, body, part); !decoded) return decoded;
      taken.push_back(route.body);
    }
    for (const auto& [path, value] : parameters) {
      if (Status set = PopulatePath(request, path, value); !set) return set;
      taken.push_back(path);
    }
    if (route.body == "*") return {};
    Result<Query> query = Parameters(target, form ? body : std::string());
    if (!query) return std::unexpected(std::move(query.error()));
    return PopulateQuery(request, *query, taken);
  }

  static Error NotBuilt(const Route& route) {
    const std::string& service = route.method->service()->full_name();
    const bool absent =
        service == "flyteidl.service.AuthMetadataService" || service == "flyteidl.service.IdentityService";
    return {Code::kUnimplemented, "UNIMPLEMENTED",
            absent ? Cat("unknown service ", service)
                   : Cat("unknown method ", route.method->name(), " for service ", service)};
  }

  const MethodTable& methods_;
  GatewayOptions options_;
  Router router_;
  std::string openapi_;
};

}  // namespace

net::HttpHandler MakeGateway(const MethodTable& methods, GatewayOptions options) {
  auto gateway = std::make_shared<const Gateway>(methods, std::move(options));
  return [gateway](HttpExchange& exchange) { return gateway->Serve(exchange); };
}

}  // namespace sandbox::api
