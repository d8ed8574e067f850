#pragma once

// The object store behind a real socket, with a signer of links to it.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>
#include <thread>

#include "api/s3/presign.h"
#include "api/s3/s3_server.h"
#include "objects/file_store.h"
#include "sandbox/ports/object_layout.h"
#include "support/system_clock.h"
#include "support/temp_directory.h"

namespace sandbox::testing {

class RunningServer {
 public:
  RunningServer() {
    REQUIRE(store->CreateBucket(kBucket));
    listener = *net::Listener::Bind(loop.get_executor(), "127.0.0.1", 0);
    const std::string host = Cat("localhost:", listener->Port());
    server = std::make_unique<s3::S3Server>(*store, clock, workers.get_executor(), s3::ServerOptions{{}, {host}});
    signer = std::make_unique<s3::PresignSigner>("http://" + host, s3::Credentials(), clock);
    listener->Accept([this](boost::asio::ip::tcp::socket socket) {
      return net::ServeHttp(std::move(socket), "", server->Handler(), {});
    });
    thread = std::thread([this] { loop.run(); });
  }
  ~RunningServer() {
    loop.stop();
    thread.join();
    workers.join();
  }

  TempDirectory directory;
  std::unique_ptr<objects::FileObjectStore> store = *objects::FileObjectStore::Open(directory.Path());
  SystemClock clock;
  boost::asio::io_context loop;
  boost::asio::thread_pool workers{3};
  std::unique_ptr<net::Listener> listener;
  std::unique_ptr<s3::S3Server> server;
  std::unique_ptr<s3::PresignSigner> signer;
  std::thread thread;
};

}  // namespace sandbox::testing
