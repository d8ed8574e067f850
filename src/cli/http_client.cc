#include "cli/http_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <nlohmann/json.hpp>

namespace sandbox::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

Error ToError(unsigned status, const std::string& body) {
  const nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
  const std::string message = json.is_object() ? json.value("message", body) : body;
  const Code code = json.is_object() ? static_cast<Code>(json.value("code", 13))
                                     : (status == 404 ? Code::kNotFound : Code::kInternal);
  return Error{code, "SERVER", message, SideEffect::kNone, {}};
}

using Sink = std::function<void(std::string_view)>;

Status Call(const RuntimeInfo& info, http::verb method, const std::string& path, const std::string& content,
            const Sink& sink) {
  asio::io_context context;
  beast::tcp_stream stream(context);
  beast::error_code failure;
  stream.connect({asio::ip::address_v4::loopback(), info.port}, failure);
  if (failure) return Fail(Code::kUnavailable, "NO_ANSWER", Cat("nothing answers on localhost:", info.port));

  http::request<http::string_body> request(method, path, 11);
  request.set(http::field::host, Cat("localhost:", info.port));
  request.set(http::field::accept, "application/json");
  request.set(http::field::connection, "close");
  if (method == http::verb::post) {
    request.set(http::field::content_type, "application/json");
    request.body() = content;
    request.prepare_payload();
  }
  http::write(stream, request, failure);

  beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  if (!failure) http::read_header(stream, buffer, parser, failure);
  std::string refused;
  char chunk[65536];
  while (!failure && !parser.is_done()) {
    parser.get().body().data = chunk;
    parser.get().body().size = sizeof chunk;
    http::read_some(stream, buffer, parser, failure);
    if (failure == http::error::need_buffer) failure = {};
    const std::string_view piece(chunk, sizeof chunk - parser.get().body().size);
    if (parser.get().result() == http::status::ok) {
      if (!piece.empty()) sink(piece);
    } else {
      refused.append(piece);
    }
  }
  if (failure)
    return Fail(Code::kUnavailable, "NO_ANSWER", Cat("the answer to ", path, " broke off: ", failure.message()));
  if (parser.get().result() != http::status::ok) return std::unexpected(ToError(parser.get().result_int(), refused));
  return {};
}

Result<nlohmann::json> CallForJson(const RuntimeInfo& info, http::verb method, const std::string& path,
                                   const std::string& content) {
  std::string body;
  if (auto got = Call(info, method, path, content, [&](std::string_view piece) { body.append(piece); }); !got)
    return std::unexpected(std::move(got.error()));
  nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) return Internal(Cat("the answer to ", path, " is not JSON"));
  return json;
}

}  // namespace

Status GetStream(const RuntimeInfo& info, const std::string& path, const std::function<void(std::string_view)>& sink) {
  return Call(info, http::verb::get, path, "", sink);
}

Result<nlohmann::json> GetJson(const RuntimeInfo& info, const std::string& path) {
  return CallForJson(info, http::verb::get, path, "");
}

Result<nlohmann::json> PostJson(const RuntimeInfo& info, const std::string& path, const nlohmann::json& body) {
  return CallForJson(info, http::verb::post, path, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string UrlEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  return out;
}

}  // namespace sandbox::cli
