#pragma once

// The image registry's protocol: the OCI distribution specification 1.1 over HTTP, as docker, crane and oras speak it;
// docs/reference/registry.md. It asks nobody who they are: who can reach it may push (api/gateway/guard.h stands before
// it).
//
// Thread: the handler runs on the session's loop and does its disk work on `workers`. Memory: two pieces of 1 MiB for
// every body under way.

#include <atomic>
#include <boost/asio/any_io_executor.hpp>

#include "net/http.h"
#include "oci/image_store.h"
#include "oci/uploads.h"

namespace sandbox::oci {

class OciServer {
 public:
  // The references and the threads behind `workers` outlive every session.
  OciServer(ImageStore& store, Clock& clock, Entropy& entropy, boost::asio::any_io_executor workers);
  // For net::ServeHttp; the server outlives it.
  net::HttpHandler Handler();
  // Drops uploads that were left for an hour, images that have had no tag for a day, and blobs that no manifest refers
  // to and nobody used for an hour. Blocks: on a worker. One runs at a time; a second call meanwhile does nothing.
  void Sweep();

 private:
  boost::asio::awaitable<void> Handle(net::HttpExchange& exchange);

  ImageStore& store_;
  Clock& clock_;
  boost::asio::any_io_executor workers_;
  UploadTable uploads_;
  std::atomic<bool> sweeping_ = false;
};

}  // namespace sandbox::oci
