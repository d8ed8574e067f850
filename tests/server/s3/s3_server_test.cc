// The object store over real sockets, with links of its own signer.

#include "api/s3/s3_server.h"

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include "api/s3/digest.h"
#include "api/s3/settings.h"
#include "server/s3/running_server.h"

using namespace sandbox;
namespace asio = boost::asio;

namespace {

class World : public testing::RunningServer {
 public:
  // One exchange on a connection that is closed afterwards: status line, header and body as they came.
  std::string Exchange(const std::string& method, const std::string& url, const std::string& headers,
                       std::string_view body) {
    asio::io_context own;
    asio::ip::tcp::socket socket(own);
    socket.connect({asio::ip::make_address("127.0.0.1"), listener->Port()});
    const size_t path = url.find('/', 8);
    const std::string head = Cat(method, " ", url.substr(path), " HTTP/1.1\r\nHost: localhost:", listener->Port(),
                                 "\r\nConnection: close\r\n", headers, "\r\n");
    boost::system::error_code error;
    asio::write(socket, asio::buffer(head), error);
    asio::write(socket, asio::buffer(body.data(), body.size()), error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    return answer;
  }
  std::string Put(const std::string& key, std::string_view body, const std::string& headers = "") {
    return Exchange("PUT", signer->Sign("PUT", kBucket, key, std::chrono::minutes(1), {}),
                    Cat("Content-Length: ", body.size(), "\r\n", headers), body);
  }
  std::string Get(const std::string& key, const std::string& headers = "", const std::string& method = "GET") {
    return Exchange(method, signer->Sign(method, kBucket, key, std::chrono::minutes(1), {}), headers, "");
  }
};

bool Contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
std::string BodyOf(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

}  // namespace

TEST_CASE("bodies of every size go in and out", "[s3]") {
  World world;
  for (size_t size : {0u, 1u, 1048575u, 1048576u, 1048577u, 5000000u}) {
    CAPTURE(size);
    std::string body(size, '\0');
    for (size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 31 + i / 251);
    const std::string key = Cat("p/d/AB======/f ", size);
    const std::string put = world.Put(key, body, "Content-Type: text/html\r\n");
    CHECK(Contains(put, "HTTP/1.1 200"));
    CHECK(Contains(put, "ETag: \"" + Hex(s3::DigestOf(s3::Hash::kMd5, body)) + "\""));
    const std::string got = world.Get(key);
    CHECK(Contains(got, "HTTP/1.1 200"));
    CHECK(Contains(got, "Content-Type: text/html"));
    CHECK((BodyOf(got) == body));
    const std::string head = world.Get(key, "", "HEAD");
    CHECK(Contains(head, Cat("Content-Length: ", size, "\r\n")));
    CHECK(BodyOf(head).empty());
  }
  CHECK(BodyOf(world.Get("p/d/AB======/f 5000000", "Range: bytes=1048570-3148580\r\n")).size() == 2100011);
}

TEST_CASE("a body that is not what its MD5 says is not stored", "[s3]") {
  World world;
  const std::string md5 = "Content-MD5: " + Base64(s3::DigestOf(s3::Hash::kMd5, "hello")) + "\r\n";
  CHECK(Contains(world.Put("k", "hellO", md5), "<Code>BadDigest</Code>"));
  CHECK(Contains(world.Get("k"), "<Code>NoSuchKey</Code>"));
  CHECK(Contains(world.Put("k", "hello", md5), "HTTP/1.1 200"));
  CHECK(Contains(world.Put("k2", "hello", "Content-MD5: \r\n"), "HTTP/1.1 200"));
}

TEST_CASE("a broken upload leaves nothing", "[s3]") {
  World world;
  {
    asio::io_context own;
    asio::ip::tcp::socket socket(own);
    socket.connect({asio::ip::make_address("127.0.0.1"), world.listener->Port()});
    const std::string url = world.signer->Sign("PUT", kBucket, "k", std::chrono::minutes(1), {});
    const std::string head =
        Cat("PUT ", url.substr(url.find('/', 8)), " HTTP/1.1\r\nHost: localhost:", world.listener->Port(),
            "\r\nContent-Length: 9000000\r\n\r\n");
    asio::write(socket, asio::buffer(head));
    asio::write(socket, asio::buffer(std::string(3000000, 'x')));
  }
  CHECK(Contains(world.Get("k"), "NoSuchKey"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!std::filesystem::is_empty(world.directory.Path() + "/tmp") && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  CHECK(std::filesystem::is_empty(world.directory.Path() + "/tmp"));
}

TEST_CASE("pages of this machine may read, others are not told so", "[s3]") {
  World world;
  REQUIRE(Contains(world.Put("deck.html", "<p>"), "200"));
  CHECK(Contains(world.Get("deck.html", "Origin: http://localhost:30080\r\n"),
                 "Access-Control-Allow-Origin: http://localhost:30080"));
  CHECK_FALSE(Contains(world.Get("deck.html", "Origin: http://example.com\r\n"), "Access-Control-Allow-Origin"));
  auto preflight = [&](const std::string& headers) {
    return world.Exchange("OPTIONS", "http://h/my-s3-bucket/k", headers, "");
  };
  const std::string get = "Access-Control-Request-Method: GET\r\n";
  CHECK(Contains(preflight("Origin: http://127.0.0.1:1\r\n" + get), "Access-Control-Allow-Methods"));
  CHECK(Contains(preflight(""), "HTTP/1.1 400"));
  CHECK(Contains(preflight("Origin: http://127.0.0.1:1\r\n"), "HTTP/1.1 400"));
  CHECK(Contains(preflight("Origin: http://example.com\r\n" + get), "HTTP/1.1 403"));
}

TEST_CASE("pages of other sites read what the bucket's configuration lets them", "[s3]") {
  World world;
  REQUIRE(Contains(world.Put("k", "x"), "200"));
  REQUIRE(s3::PutSetting(*world.store, kBucket, s3::BucketSetting::kCors,
                         "<CORSConfiguration><CORSRule><AllowedOrigin>http://*.example.com</AllowedOrigin>"
                         "<AllowedMethod>GET</AllowedMethod><AllowedHeader>x-amz-*</AllowedHeader>"
                         "<ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>"));
  const std::string page = "Origin: http://a.example.com\r\n";
  CHECK(Contains(world.Get("k", page), "Access-Control-Allow-Origin: http://a.example.com"));
  CHECK(Contains(world.Get("k", page), "Access-Control-Expose-Headers: ETag"));
  CHECK_FALSE(Contains(world.Get("k", "Origin: http://example.org\r\n"), "Access-Control-Allow-Origin"));
  CHECK_FALSE(Contains(world.Put("k", "x", page), "Access-Control-Allow-Origin"));
  auto preflight = [&](const std::string& headers) {
    return world.Exchange("OPTIONS", "http://h/my-s3-bucket/k", page + headers, "");
  };
  const std::string get = "Access-Control-Request-Method: GET\r\n";
  CHECK(Contains(preflight(get), "HTTP/1.1 200"));
  CHECK(Contains(preflight(get + "Access-Control-Request-Headers: X-Amz-Date, x-amz-meta-a\r\n"), "HTTP/1.1 200"));
  CHECK(Contains(preflight(get + "Access-Control-Request-Headers: authorization\r\n"), "AccessForbidden"));
  CHECK(Contains(preflight("Access-Control-Request-Method: PUT\r\n"), "HTTP/1.1 403"));
}

TEST_CASE("of writers that ask for no object one wins", "[s3]") {
  World world;
  std::atomic<int> won = 0, refused = 0;
  std::vector<std::thread> clients;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      const std::string answer = world.Put("once", std::to_string(client), "If-None-Match: *\r\n");
      if (Contains(answer, "HTTP/1.1 200")) ++won;
      if (Contains(answer, "HTTP/1.1 412")) ++refused;
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(won == 1);
  CHECK(refused == 7);
}

TEST_CASE("without credentials a missing key is 404 and a write is 403", "[s3]") {
  World world;
  CHECK(Contains(world.Exchange("GET", "http://h/my-s3-bucket/none", "", ""), "404"));
  CHECK(Contains(world.Exchange("PUT", "http://h/my-s3-bucket/k", "Content-Length: 1\r\n", "x"), "403"));
  CHECK(Contains(world.Exchange("GET", "http://h/%zz", "", ""), "InvalidURI"));
  CHECK(Contains(world.Exchange("GET", "http://h/my-s3-bucket/%ff", "", ""), "HTTP/1.1 400"));
  CHECK(Contains(world.Exchange("BREW", "http://h/my-s3-bucket/k", "", ""), "403"));
}
