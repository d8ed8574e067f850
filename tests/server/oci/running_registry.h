#pragma once

// The registry behind a real socket, on files, at a time that the test sets.

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "api/oci/oci_server.h"
#include "net/asio_loop.h"
#include "objects/file_store.h"
#include "server/net/raw_client.h"
#include "support/temp_directory.h"
#include "unit/oci/world.h"

namespace sandbox::oci {

struct Reply {
  int status = 0;
  std::string head, body;

  // Of a header; empty when it is missing.
  std::string Get(const std::string& name) const {
    const size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
  // "404 BLOB_UNKNOWN"; of what is no error "200".
  std::string Code() const {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    const bool failed = status >= 400 && json.is_object() && json.contains("errors");
    return Cat(status, failed ? " " : "", failed ? json["errors"][0].value("code", "") : "");
  }
};

class RunningRegistry {
 public:
  RunningRegistry() { Start(); }
  ~RunningRegistry() { Stop(); }

  void Start() {
    objects = *objects::FileObjectStore::Open(directory.Path());
    store = *ImageStore::Open(*objects, clock);
    loop = std::make_unique<boost::asio::io_context>();
    workers = std::make_unique<boost::asio::thread_pool>(8);
    server = std::make_unique<OciServer>(*store, clock, entropy, workers->get_executor());
    listener = *net::Listener::Bind(loop->get_executor(), "127.0.0.1", 0);
    listener->Accept([this](boost::asio::ip::tcp::socket socket) {
      return net::ServeHttp(std::move(socket), "", server->Handler(), {});
    });
    thread = std::thread([this] { loop->run(); });
  }
  // As a process that ends: what was not committed is gone.
  void Stop() {
    loop->stop();
    thread.join();
    workers->join();
    listener.reset();
    loop.reset();
    server.reset();
    store.reset();
    objects.reset();
  }

  static Reply ReadReply(testing::RawClient& client) {
    Reply reply;
    reply.head = client.ReadThrough("\r\n\r\n");
    reply.body = client.ReadToEnd();
    if (reply.head.size() > 12) reply.status = std::stoi(reply.head.substr(9, 3));
    return reply;
  }
  Reply Ask(const std::string& method, const std::string& target, std::string_view body = "",
            const std::string& headers = "") const {
    testing::RawClient client(listener->Port());
    client.Send(Cat(method, " ", target, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ",
                    body.size(), "\r\n", headers, "\r\n", body));
    return ReadReply(client);
  }
  std::string Code(const std::string& method, const std::string& target, std::string_view body = "",
                   const std::string& headers = "") const {
    return Ask(method, target, body, headers).Code();
  }
  // The path of a new upload.
  std::string Begin(const std::string& repository = "app") const {
    return Ask("POST", "/v2/" + repository + "/blobs/uploads/").Get("Location");
  }
  std::string PushBlob(std::string_view bytes, const std::string& repository = "app") const {
    return Code("PUT", Cat(Begin(repository), "?digest=", DigestOfBytes(bytes).text), bytes);
  }
  // An image with its blobs; the answer to its manifest.
  Reply PushImage(const std::string& repository, const std::string& tag, std::string_view config,
                  std::string_view layer, std::string_view more = "") const {
    PushBlob(config, repository);
    PushBlob(layer, repository);
    return Ask("PUT", Cat("/v2/", repository, "/manifests/", tag), ImageOf(config, layer, more),
               Cat("Content-Type: ", kImageType, "\r\n"));
  }
  bool HasNothingHalf() const { return std::filesystem::is_empty(directory.Path() + "/tmp"); }
  // Until something of another thread has happened; false after twenty seconds.
  template <typename Condition>
  static bool Until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  testing::TempDirectory directory;
  HandClock clock;
  net::SystemEntropy entropy;
  std::unique_ptr<objects::FileObjectStore> objects;
  std::unique_ptr<ImageStore> store;
  std::unique_ptr<boost::asio::io_context> loop;
  std::unique_ptr<boost::asio::thread_pool> workers;
  std::unique_ptr<OciServer> server;
  std::unique_ptr<net::Listener> listener;
  std::thread thread;
};

}  // namespace sandbox::oci
