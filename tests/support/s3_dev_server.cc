// The object store alone, to try clients against: s3_dev_server DIRECTORY [PORT]. Until it is killed.

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdio>
#include <cstdlib>

#include "api/s3/presign.h"
#include "api/s3/s3_server.h"
#include "objects/file_store.h"
#include "sandbox/ports/object_layout.h"
#include "support/system_clock.h"

int main(int argc, char** argv) {
  using namespace sandbox;
  if (argc < 2) return std::fprintf(stderr, "usage: s3_dev_server DIRECTORY [PORT]\n"), 2;
  const uint16_t port = static_cast<uint16_t>(argc > 2 ? std::atoi(argv[2]) : 30002);
  auto store = objects::FileObjectStore::Open(argv[1]);
  if (!store) return std::fprintf(stderr, "%s\n", store.error().message.c_str()), 1;
  if (auto made = (*store)->CreateBucket(kBucket); !made)
    return std::fprintf(stderr, "%s\n", made.error().message.c_str()), 1;
  testing::SystemClock clock;
  boost::asio::io_context loop;
  boost::asio::thread_pool workers(4);
  auto listener = net::Listener::Bind(loop.get_executor(), "127.0.0.1", port);
  if (!listener) return std::fprintf(stderr, "%s\n", listener.error().message.c_str()), 1;
  s3::S3Server server(**store, clock, workers.get_executor(), {{}, {Cat("localhost:", (*listener)->Port())}});
  (*listener)->Accept(
      [&](boost::asio::ip::tcp::socket socket) { return net::ServeHttp(std::move(socket), "", server.Handler(), {}); });
  std::printf("http://localhost:%u\n", (*listener)->Port());
  std::fflush(stdout);
  loop.run();
}
