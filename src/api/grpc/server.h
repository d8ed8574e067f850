#pragma once

// The gRPC side of the API: Admin, DataProxy and Signal services out of the method table, health and reflection. It
// listens nowhere: connections come from the front door.
//
// Thread: AddConnection from any thread; Shutdown from a thread that is neither gRPC's nor a worker.

#include <cstddef>
#include <memory>

#include "api/method.h"
#include "sandbox/ports/loop.h"

namespace sandbox::api {

struct GrpcOptions {
  // Runs the methods. Outlives the server.
  Workers& workers;
  // Size of one request; a larger one is RESOURCE_EXHAUSTED.
  int message_bytes_max = 64 * 1024 * 1024;
};

class GrpcServer {
 public:
  // `methods` outlives the server, and the answers that are pending at its end.
  GrpcServer(const MethodTable& methods, GrpcOptions options);
  // Shuts down.
  ~GrpcServer();

  // Takes ownership of a connected, non-blocking socket.
  void AddConnection(int fd);
  // Answers every open call with UNAVAILABLE, then closes the connections. A late answer of a method is ignored.
  // Idempotent.
  void Shutdown();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandbox::api
