#pragma once

// Open unary calls: every one is finished once, by its answer or by the shutdown.

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "api/method.h"
#include "sandbox/base/error.h"

namespace sandbox::api {

class CallRegistry;

// Thread: any. Held by the pending answer and by the registry until finished; the reactor lives until it was finished.
class Call {
 public:
  Call(std::shared_ptr<CallRegistry> registry, const Method& method, grpc::ServerUnaryReactor* reactor,
       const grpc::ByteBuffer& request, grpc::ByteBuffer* response);

  // Decodes the request, calls the method, and finishes when it answers. Runs on a worker.
  static void Run(const std::shared_ptr<Call>& call);
  // The first caller wins; later ones are ignored.
  void Finish(Status status);

 private:
  grpc::Status EncodeResponse();

  std::shared_ptr<CallRegistry> registry_;
  const Method& method_;
  grpc::ServerUnaryReactor* reactor_;
  grpc::ByteBuffer request_bytes_;  // a counted copy: the shutdown may end the call while a worker reads it
  grpc::ByteBuffer* response_bytes_;
  std::unique_ptr<google::protobuf::Message> request_;
  std::unique_ptr<google::protobuf::Message> response_;
  std::atomic<bool> finished_ = false;
};

class CallRegistry {
 public:
  // False after Close: the call is not taken and the caller finishes it.
  bool Add(const std::shared_ptr<Call>& call);
  void Remove(Call* call);
  // Finishes every open call as UNAVAILABLE, and takes no more.
  void Close();

 private:
  std::mutex mutex_;
  std::unordered_map<Call*, std::shared_ptr<Call>> open_;
  bool closed_ = false;
};

Error ShuttingDown();

}  // namespace sandbox::api
