#include <catch2/catch.hpp>

#include "net/asio_loop.h"
#include "net/http.h"
#include "server/net/raw_client.h"

namespace sandbox::net {
namespace {

using boost::asio::awaitable;
using testing::RawClient;

HttpResponse Answer(std::string body) {
  HttpResponse response;
  response.body = std::move(body);
  return response;
}

awaitable<void> Serve(HttpExchange& exchange) {
  const std::string target = exchange.Request().target;
  if (target == "/echo") {
    Result<std::string> body = co_await exchange.ReadAll(1024 * 1024);
    (void)co_await exchange.Send(Answer(body ? *body : "error " + body.error().reason));
  } else if (target == "/pieces") {
    (void)co_await exchange.Begin({}, std::nullopt);
    for (Result<std::string> piece = co_await exchange.ReadBody(4); piece && !piece->empty();
         piece = co_await exchange.ReadBody(4)) {
      (void)co_await exchange.Write(*piece);
    }
    (void)co_await exchange.End();
  } else if (target == "/boom") {
    throw std::runtime_error("a planted failure");
  } else if (target == "/length") {
    (void)co_await exchange.Send(Answer(exchange.BodyLength() ? std::to_string(*exchange.BodyLength()) : "unknown"));
  } else if (target != "/silent") {
    (void)co_await exchange.Send(Answer(exchange.Request().method + " " + target));
  }
}

struct Server {
  explicit Server(HttpOptions options = {}) {
    auto bound = Listener::Bind(loop.Executor(), "127.0.0.1", 0);
    REQUIRE(bound);
    listener = std::move(*bound);
    loop.Post([this, options] {
      listener->Accept([options](auto socket) { return ServeHttp(std::move(socket), {}, Serve, options); });
    });
  }
  ~Server() { loop.Stop(); }

  LoopThread loop;
  std::unique_ptr<Listener> listener;
};

using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;

TEST_CASE("requests of one connection are answered in order") {
  Server server;
  RawClient client(server.listener->Port());
  SECTION("one after the other") {
    client.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 200 OK\r\n") && EndsWith("GET /a"));
    client.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    CHECK_THAT(client.ReadAnswer(), EndsWith("\r\n\r\nhello"));
  }
  SECTION("sent at once, with line ends between") {
    client.Send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\nGET /c "
        "HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), EndsWith("one"));
    CHECK_THAT(client.ReadAnswer(), EndsWith("GET /b"));
    CHECK_THAT(client.ReadAnswer(), EndsWith("GET /c"));
  }
  SECTION("a body that the handler leaves is dropped") {
    client.Send("POST /left HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
    CHECK_THAT(client.ReadAnswer(), EndsWith("POST /left"));
    client.Send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), EndsWith("GET /b"));
  }
  SECTION("HEAD has the length and no body") {
    client.Send("HEAD /head HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_THAT(client.ReadThrough("\r\n\r\n"), Contains("Content-Length: 10\r\n"));
    CHECK_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 200") && EndsWith("GET /b"));
  }
}

TEST_CASE("a connection is closed when it was asked for") {
  Server server;
  RawClient client(server.listener->Port());
  SECTION("by a header") {
    client.Send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), Contains("Connection: close\r\n"));
  }
  SECTION("by HTTP/1.0") {
    client.Send("GET /a HTTP/1.0\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), EndsWith("GET /a"));
  }
  CHECK(client.AtEnd());
}

TEST_CASE("chunked bodies go both ways") {
  Server server;
  RawClient client(server.listener->Port());
  client.Send(
      "POST /pieces HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n6;name=value\r\nabcdef\r\n2\r\ngh\r\n0\r\nTrailer: x\r\n\r\n");
  CHECK_THAT(client.ReadThrough("\r\n\r\n"), Contains("Transfer-Encoding: chunked\r\n"));
  CHECK(client.ReadThrough("0\r\n\r\n") == "4\r\nabcd\r\n2\r\nef\r\n2\r\ngh\r\n0\r\n\r\n");
  client.Send("POST /length HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  CHECK_THAT(client.ReadAnswer(), EndsWith("unknown"));
}

TEST_CASE("100 Continue is sent when the body is read, and only then") {
  Server server;
  RawClient client(server.listener->Port());
  SECTION("read") {
    client.Send("PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.ReadThrough("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.Send("ok");
    CHECK_THAT(client.ReadAnswer(), EndsWith("ok"));
  }
  SECTION("refused") {
    client.Send("PUT /no HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 200") && Contains("Connection: close"));
    client.FinishSending();
    CHECK(client.AtEnd());
  }
}

TEST_CASE("an empty upload that announces a length and chunks has no body") {
  Server server;
  RawClient client(server.listener->Port());
  SECTION("length 0") {
    client.Send("PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), Contains("Connection: close") && Contains("Content-Length: 0"));
  }
  SECTION("the digest of nothing") {
    client.Send(
        "PUT /length HTTP/1.1\r\nHost: x\r\nContent-Length: 24\r\nContent-MD5: "
        "1B2M2Y8AsgTpgAmY7PhCfg==\r\nTransfer-Encoding: chunked\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), EndsWith("\r\n\r\n0"));
  }
  SECTION("otherwise the chunks count") {
    client.Send(
        "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 24\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), EndsWith("abc"));
  }
  client.FinishSending();
  CHECK(client.AtEnd());
}

TEST_CASE("bad requests are refused and the connection is closed") {
  Server server;
  const auto [sent, expected] = GENERATE(table<std::string, std::string>({
      {"nonsense\r\n\r\n", "HTTP/1.1 400 "},
      {"GET /a HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
      {"GET /a HTTP/1.1\r\nHost : x\r\n\r\n", "HTTP/1.1 400 "},
      {"GET /a HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", "HTTP/1.1 400 "},
      {"GET /a HTTP/3\r\nHost: x\r\n\r\n", "HTTP/1.1 505 "},
      {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 "},
      {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 400 "},
      {"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 501 "},
      {"GET /a HTTP/1.1\r\nHost: x\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n", "HTTP/1.1 431 "},
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), "HTTP/1.1 400 "},
  }));
  CAPTURE(sent.substr(0, 100));
  RawClient client(server.listener->Port());
  client.Send(sent);
  client.FinishSending();
  CHECK_THAT(client.ReadToEnd(), StartsWith(expected) && Contains("Connection: close"));
}

TEST_CASE("a client that begins with TLS is told at once that there is none") {
  Server server(HttpOptions{std::chrono::seconds(600)});
  RawClient client(server.listener->Port());
  client.Send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));  // and waits
  CHECK_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 400 ") && Contains("without TLS"));
}

TEST_CASE("a broken body ends the exchange with an error for the handler") {
  Server server;
  RawClient client(server.listener->Port());
  SECTION("bad chunk size") {
    client.Send("PUT /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    CHECK_THAT(client.ReadToEnd(), EndsWith("error BAD_CHUNK"));
  }
  SECTION("half a body") {
    client.Send("PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
    client.FinishSending();
    CHECK_THAT(client.ReadToEnd(), EndsWith("error CONNECTION_CLOSED"));
  }
  SECTION("too large") {
    client.Send("PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
    CHECK_THAT(client.ReadAnswer(), EndsWith("error BODY_TOO_LARGE"));
  }
}

TEST_CASE("a handler that fails or gives no answer is a 500") {
  Server server;
  RawClient client(server.listener->Port());
  client.Send(GENERATE("GET /boom HTTP/1.1\r\nHost: x\r\n\r\n", "GET /silent HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 500 "));
  CHECK(client.AtEnd());
}

TEST_CASE("a connection without progress is closed") {
  Server server(HttpOptions{std::chrono::seconds(1)});
  RawClient client(server.listener->Port());
  client.Send(GENERATE("", "GET /a HT", "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"));
  CHECK_THAT(client.ReadToEnd(), Catch::Equals(""));
}

TEST_CASE("a taken port is an ordinary error") {
  Server server;
  const auto second = Listener::Bind(server.loop.Executor(), "127.0.0.1", server.listener->Port());
  REQUIRE_FALSE(second);
  CHECK(second.error().reason == "PORT_TAKEN");
  CHECK_THAT(second.error().message, Contains(std::to_string(server.listener->Port())));
}

}  // namespace
}  // namespace sandbox::net
