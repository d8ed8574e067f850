// Objects over HTTP and on the port, against plain files: bench_objects [DIRECTORY [small]]. Ratios of one run. A large
// object costs no more than a quarter above copying, syncing and hashing it, HTTP adds half of that at most, and a GET
// takes no longer than a copy; small ones take no longer than plain files that are synced.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

#include "api/s3/presign.h"
#include "api/s3/s3_server.h"
#include "objects/file_store.h"
#include "sandbox/ports/object_layout.h"
#include "support/system_clock.h"
#include "support/temp_directory.h"

namespace asio = boost::asio;
using namespace sandbox;

namespace {

constexpr size_t kMegabyte = 1024 * 1024;
constexpr size_t kMegabytes = 1024;
constexpr int kClients = 16, kSmall = 10000, kRounds = 3;

double Seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void Fatal(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

void CopyFile(const std::string& from, const std::string& to) {
  if (std::system(Cat("cp ", from, " ", to).c_str()) != 0) Fatal("cp failed");
  const int fd = open(to.c_str(), O_RDONLY);
  if (fsync(fd) != 0) Fatal("fsync failed");
  close(fd);
}

class Client {
 public:
  explicit Client(uint16_t port) : port_(port), socket_(context_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    socket_.set_option(asio::ip::tcp::no_delay(true));
  }
  void Begin(const std::string& method, const std::string& url, uint64_t length) {
    const std::string head = Cat(method, " ", url.substr(url.find('/', 8)), " HTTP/1.1\r\nHost: localhost:", port_,
                                 "\r\nContent-Length: ", length, "\r\n\r\n");
    asio::write(socket_, asio::buffer(head));
  }
  void Write(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }
  // Reads one answer with a length; returns the bytes of its body.
  uint64_t Finish() {
    std::string head;
    const size_t end = asio::read_until(socket_, asio::dynamic_buffer(head), "\r\n\r\n");
    if (!head.starts_with("HTTP/1.1 200")) Fatal(head);
    const uint64_t length = std::stoull(head.substr(head.find("Content-Length: ") + 16));
    std::string piece(kMegabyte, '\0');
    for (uint64_t left = length - (head.size() - end); left > 0;)
      left -= socket_.read_some(asio::buffer(piece.data(), std::min<uint64_t>(left, piece.size())));
    return length;
  }

 private:
  uint16_t port_;
  asio::io_context context_;
  asio::ip::tcp::socket socket_;
};

void Clients(const std::function<void(int)>& each) {
  std::vector<std::thread> threads;
  for (int client = 0; client < kClients; ++client) threads.emplace_back(each, client);
  for (auto& thread : threads) thread.join();
}

void Report(const char* what, double ours, const char* other, double theirs, double most = 0) {
  std::printf("%-34s %8.2f s   %-26s %8.2f s   ratio %.2f", what, ours, other, theirs, ours / theirs);
  if (most > 0) std::printf(" (goal at most %.2f)", most);
  std::printf("\n");
  std::fflush(stdout);
}

struct LargeTimes {
  double copy, hashed, port_only, put, get;
};

LargeTimes LargeRound(uint16_t port, s3::PresignSigner& signer, ObjectStore& store, const std::string& source) {
  const std::string block(kMegabyte, 'b'), copy = source + ".copy";  // every copy to a new file, as every PUT is
  const auto remove = [&] {
    unlink(copy.c_str());
    if (!store.Remove(kBucket, "large")) Fatal("remove failed");
  };
  LargeTimes times{};
  times.copy = Seconds([&] { CopyFile(source, copy); });
  times.hashed = times.copy + Seconds([&] {
                   if (std::system(Cat("md5sum ", source, " >/dev/null").c_str()) != 0) Fatal("md5sum failed");
                 });
  remove();
  times.port_only = Seconds([&] {
    auto writer = *store.Create(kBucket, "large", {Durability::kSynced});
    for (size_t i = 0; i < kMegabytes; ++i) {
      if (!writer->Append(block)) Fatal("put failed");
    }
    if (!writer->Commit()) Fatal("put failed");
  });
  remove();
  Client client(port);
  times.put = Seconds([&] {
    client.Begin("PUT", signer.Sign("PUT", kBucket, "large", std::chrono::hours(1), {}), kMegabytes * kMegabyte);
    for (size_t i = 0; i < kMegabytes; ++i) client.Write(block);
    client.Finish();
  });
  times.get = Seconds([&] {
    client.Begin("GET", signer.Sign("GET", kBucket, "large", std::chrono::hours(1), {}), 0);
    if (client.Finish() != kMegabytes * kMegabyte) Fatal("short");
  });
  remove();
  return times;
}

// The first round is not counted: memory that a virtual machine was never given before is many times slower than the
// disk. Then the best of each, as other load on a disk comes and goes.
void Large(uint16_t port, s3::PresignSigner& signer, ObjectStore& store, const std::string& directory) {
  const std::string block(kMegabyte, 'b'), source = directory + "/source";
  FILE* file = std::fopen(source.c_str(), "w");
  for (size_t i = 0; i < kMegabytes; ++i) std::fwrite(block.data(), 1, block.size(), file);
  std::fclose(file);
  LargeRound(port, signer, store, source);
  LargeTimes best = LargeRound(port, signer, store, source);
  for (int round = 1; round < kRounds; ++round) {
    const LargeTimes times = LargeRound(port, signer, store, source);
    best = {std::min(best.copy, times.copy), std::min(best.hashed, times.hashed),
            std::min(best.port_only, times.port_only), std::min(best.put, times.put), std::min(best.get, times.get)};
  }
  unlink(source.c_str());
  Report("1 GiB on the port alone", best.port_only, "cp + fsync", best.copy);
  Report("1 GiB on the port alone", best.port_only, "cp + fsync + md5sum", best.hashed, 1.25);
  Report("PUT 1 GiB", best.put, "the port alone", best.port_only, 1.5);
  Report("GET 1 GiB", best.get, "cp + fsync", best.copy, 1);
}

void Small(uint16_t port, s3::PresignSigner& signer, ObjectStore& store, const std::string& directory) {
  const std::string bytes(4096, 's');
  const double files = Seconds([&] {
    Clients([&](int client) {
      for (int i = client; i < kSmall; i += kClients) {
        const int fd = open(Cat(directory, "/small", i).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (write(fd, bytes.data(), bytes.size()) < 0 || fsync(fd) != 0) Fatal("write failed");
        close(fd);
      }
    });
  });
  const double port_only = Seconds([&] {
    Clients([&](int id) {
      for (int i = id; i < kSmall; i += kClients) {
        if (!store.Put(kBucket, Cat("port/", i), bytes, Durability::kSynced)) Fatal("put failed");
      }
    });
  });
  Report("the port alone, 16 threads", port_only, "write + fsync, 16 threads", files, 1);
  auto key = [](int i) { return Cat("small/", i % 100, "/", i); };
  const double put = Seconds([&] {
    Clients([&](int id) {
      Client client(port);
      for (int i = id; i < kSmall; i += kClients) {
        client.Begin("PUT", signer.Sign("PUT", kBucket, key(i), std::chrono::hours(1), {}), bytes.size());
        client.Write(bytes);
        client.Finish();
      }
    });
  });
  Report("PUT 10,000 x 4 KiB, 16 clients", put, "write + fsync, 16 threads", files, 1);
  const double get = Seconds([&] {
    Clients([&](int id) {
      Client client(port);
      for (int i = id; i < kSmall; i += kClients) {
        client.Begin("GET", signer.Sign("GET", kBucket, key(i), std::chrono::hours(1), {}), 0);
        client.Finish();
      }
    });
  });
  Report("GET 10,000 x 4 KiB, 16 clients", get, "PUT of the same", put, 1);
  auto list = [&] {
    size_t count = 0;
    std::string after;
    for (bool more = true; more;) {
      auto page = *store.List(kBucket, "small/", "", after, 1000);
      count += page.objects.size();
      more = page.truncated;
      after = page.last;
    }
    if (count != kSmall) Fatal("the listing is short");
  };
  const double first = Seconds(list);
  Report("list 10,000, first after start", first, "list again", Seconds(list));
}

}  // namespace

int main(int argc, char** argv) {
  testing::TempDirectory temporary;
  const std::string directory = argc > 1 ? argv[1] : temporary.Path();
  auto store = *objects::FileObjectStore::Open(directory + "/objects");
  if (!store->CreateBucket(kBucket)) Fatal("no bucket");
  testing::SystemClock clock;
  asio::io_context loop;
  asio::thread_pool workers(24);
  auto listener = *net::Listener::Bind(loop.get_executor(), "127.0.0.1", 0);
  s3::S3Server server(*store, clock, workers.get_executor(), {});
  s3::PresignSigner signer(Cat("http://localhost:", listener->Port()), {}, clock);
  listener->Accept(
      [&](asio::ip::tcp::socket socket) { return net::ServeHttp(std::move(socket), "", server.Handler(), {}); });
  std::thread thread([&] { loop.run(); });
  if (argc <= 2) Large(listener->Port(), signer, *store, directory);
  Small(listener->Port(), signer, *store, directory);
  loop.stop();
  thread.join();
}
