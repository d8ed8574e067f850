#pragma once

// Open calls of methods that stream: every one is finished once, by its method, its reader or the shutdown.

#include <grpcpp/generic/async_generic_service.h>

#include <memory>
#include <mutex>
#include <unordered_map>

#include "api/method.h"
#include "sandbox/ports/loop.h"

namespace sandbox::api {

// Thread: any. Each call is kept until gRPC is done with it.
class StreamCalls : public std::enable_shared_from_this<StreamCalls> {
 public:
  // Runs the methods; outlives the calls.
  explicit StreamCalls(Workers& workers) : workers_(workers) {}

  // `method` streams, and outlives the call.
  grpc::ServerGenericBidiReactor* Open(const Method& method);
  // Ends every call with UNAVAILABLE; a later one ends at once.
  void Close();

 private:
  class StreamCall;
  void Remove(StreamCall* call);

  Workers& workers_;
  std::mutex mutex_;
  bool closed_ = false;
  std::unordered_map<StreamCall*, std::shared_ptr<StreamCall>> open_;
};

}  // namespace sandbox::api
