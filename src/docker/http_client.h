#pragma once

// HTTP/1.1 to the engine: kept-alive connections over a Unix socket or TCP.
//
// Thread: one executor, single-threaded; nothing here is locked. Two kinds of calls: Fetch with a deadline for the
// whole reply, Open with a deadline for the header only. Errors: ENGINE_UNREACHABLE when no connection can be made
// (nothing was sent) or it is cut, ENGINE_TIMEOUT after the deadline, what a source of bytes says; SideEffect::kUnknown
// once a mutating request may have arrived. A status of 400 and above is a reply, not an error.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "docker/engine_address.h"
#include "sandbox/base/error.h"

namespace sandbox::docker {

inline constexpr char kTarType[] = "application/x-tar";

// A request's body that is made as it is sent.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual uint64_t Size() const = 0;
  // The next bytes; empty at the end, after Size() bytes.
  virtual boost::asio::awaitable<Result<std::string>> Next() = 0;
};

struct HttpCall {
  std::string method;
  std::string target;
  std::string body;
  std::chrono::milliseconds deadline{30'000};     // zero: none
  bool deadline_for_body = false;                 // the deadline covers the whole reply; Fetch sets it
  std::string content_type = "application/json";  // of `body`
  std::shared_ptr<ByteSource> source{};           // sent instead of `body`
  std::string upgrade{};  // the protocol that both sides speak behind the header: the stream is raw then
  std::vector<std::pair<std::string, std::string>> headers{};

  bool Mutates() const { return method != "GET" && method != "HEAD"; }
};

struct HttpReply {
  unsigned status = 0;
  std::string server;  // the header of that name: "Docker/20.10.24 (linux)", "Libpod/4.3.1 (linux)"
  std::string body;
};

// A reply whose header has been read. Destroyed before its end: the connection is closed.
class HttpStream {
 public:
  virtual ~HttpStream() = default;
  virtual unsigned Status() const = 0;
  virtual std::string Server() const = 0;
  // The next piece of the body; empty at its end. A body that is cut short is ENGINE_UNREACHABLE.
  virtual boost::asio::awaitable<Result<std::string>> Read() = 0;
  // Behind an upgraded header alone, beside a Read: returns when all is sent.
  virtual boost::asio::awaitable<Result<void>> Write(std::string bytes) = 0;
  // Ends a pending Read or Write with an error.
  virtual void Cancel() = 0;
};

class HttpClient {
 public:
  HttpClient(boost::asio::any_io_executor executor, EngineAddress address);
  // Ends every pending call with ENGINE_CLOSED; later calls fail with it at once.
  ~HttpClient();
  void Close();

  // RESOURCE_EXHAUSTED, reason REPLY_TOO_LARGE, above `bytes_max`.
  boost::asio::awaitable<Result<HttpReply>> Fetch(HttpCall call, size_t bytes_max);
  boost::asio::awaitable<Result<std::unique_ptr<HttpStream>>> Open(HttpCall call);

 private:
  struct Shared;
  struct Connection;
  class Body;
  static boost::asio::awaitable<Result<std::unique_ptr<HttpStream>>> Send(std::shared_ptr<Shared> shared,
                                                                          HttpCall call);
  static boost::asio::awaitable<Status> Write(Connection& connection, const HttpCall& call, const Shared& shared);

  std::shared_ptr<Shared> shared_;
};

}  // namespace sandbox::docker
