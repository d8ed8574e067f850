// A large body needs no more memory than a small one. Its own executable: the peak is that of the whole process.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "api/s3/multipart.h"
#include "server/s3/running_server.h"

using namespace sandbox;
namespace asio = boost::asio;

namespace {

constexpr size_t kMegabyte = 1024 * 1024;

// SANDBOX_TEST_MEGABYTES=3072 for the size that the specification names.
size_t Megabytes() {
  const char* wanted = std::getenv("SANDBOX_TEST_MEGABYTES");
  return wanted == nullptr ? 300 : std::strtoul(wanted, nullptr, 10);
}

// VmHWM of this process.
size_t PeakKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    size_t number = 0;
    if (word == "VmHWM:" && status >> number) return number;
  }
  return 0;
}

void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

class World : public testing::RunningServer {
 public:
  // Sends `count` blocks as the body; the whole small answer.
  std::string Send(const std::string& method, const std::string& url, const std::string& block, size_t count) {
    asio::io_context own;
    asio::ip::tcp::socket socket(own);
    socket.connect({asio::ip::make_address("127.0.0.1"), listener->Port()});
    const std::string target = url.substr(url.find('/', 8));
    asio::write(socket,
                asio::buffer(Cat(method, " ", target, " HTTP/1.1\r\nHost: localhost:", listener->Port(),
                                 "\r\nConnection: close\r\nContent-Length: ", block.size() * count, "\r\n\r\n")));
    for (size_t i = 0; i < count; ++i) asio::write(socket, asio::buffer(block));
    std::string answer;
    boost::system::error_code end;
    asio::read(socket, asio::dynamic_buffer(answer), end);
    return answer;
  }
};

}  // namespace

TEST_CASE("a large body needs no more memory than a small one", "[s3]") {
  World world;
  const std::string block(kMegabyte, 'b');
  REQUIRE(world.Send("PUT", world.signer->Sign("PUT", kBucket, "small", std::chrono::hours(1), {}), block, 4)
              .starts_with("HTTP/1.1 200"));
  ResetPeak();
  const size_t before = PeakKilobytes();
  REQUIRE(before > 0);
  CHECK(world.Send("PUT", world.signer->Sign("PUT", kBucket, "large", std::chrono::hours(1), {}), block, Megabytes())
            .starts_with("HTTP/1.1 200"));
  CHECK(world.store->Head(kBucket, "large")->size == Megabytes() * kMegabyte);
  CHECK(PeakKilobytes() < before + 16 * 1024);
}

TEST_CASE("the end of an upload in parts needs no memory for them", "[s3]") {
  World world;
  s3::S3Request request;
  request.bucket = kBucket;
  request.key = "large";
  const auto made = s3::CreateUpload(*world.store, request);
  REQUIRE(made);
  request.query = {{"uploadId", made->body.substr(made->body.find("<UploadId>") + 10, 32)}};
  const std::string block(kMegabyte, 'b');
  std::string body = "<CompleteMultipartUpload>";
  for (int number = 1; number <= 3; ++number) {
    s3::S3Request part = request;
    part.query.emplace_back("partNumber", std::to_string(number));
    auto sending = *s3::BeginPart(*world.store, part);
    for (size_t i = 0; i < Megabytes() / 3; ++i) REQUIRE(sending.writer->Append(block));
    const auto done = s3::FinishPart(*world.store, part, *sending.writer, sending.replaced);
    REQUIRE(done);
    body += Cat("<Part><PartNumber>", number, "</PartNumber><ETag>", done->headers.Get("ETag"), "</ETag></Part>");
  }
  ResetPeak();
  const size_t before = PeakKilobytes();
  CHECK(s3::CompleteUpload(*world.store, request, body + "</CompleteMultipartUpload>"));
  CHECK(world.store->Head(kBucket, "large")->size == Megabytes() / 3 * 3 * kMegabyte);
  CHECK(PeakKilobytes() < before + 16 * 1024);
}
