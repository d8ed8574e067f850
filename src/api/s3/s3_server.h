#pragma once

// The object store's protocol: S3 over HTTP. docs/decisions/s3.md says who may do what.
//
// Thread: the handler runs on the session's loop and does its disk work and hashing on `workers`. Memory: two pieces of
// 1 MiB for every body under way. Uploads that wait for their fsync each hold a worker, and those that wait together
// share one commit of the file system: 16 to 32 threads behind `workers`.

#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <vector>

#include "api/s3/signature.h"
#include "net/http.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::s3 {

struct ServerOptions {
  Credentials credentials;
  // Names of this server with port ("localhost:30002"): a presigned link made for one works through every other.
  std::vector<std::string> hosts;
};

class S3Server {
 public:
  // The references and the threads behind `workers` outlive every session.
  S3Server(ObjectStore& store, Clock& clock, boost::asio::any_io_executor workers, ServerOptions options);
  // For net::ServeHttp; the server outlives it.
  net::HttpHandler Handler();

 private:
  boost::asio::awaitable<void> Handle(net::HttpExchange& exchange);

  ObjectStore& store_;
  Clock& clock_;
  boost::asio::any_io_executor workers_;
  ServerOptions options_;
  std::vector<std::string> host_names_;  // without ports
};

}  // namespace sandbox::s3
