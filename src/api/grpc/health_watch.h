#pragma once

// grpc.health.v1.Health/Watch: one message with the state, then the stream stays open: the state of a server that runs
// never changes. The shutdown ends it.

#include <grpcpp/generic/async_generic_service.h>

#include <memory>
#include <mutex>
#include <unordered_map>

namespace sandbox::api {

inline constexpr const char* kHealthWatchPath = "/grpc.health.v1.Health/Watch";

// Thread: any. The open streams, each kept until gRPC is done with it.
class HealthWatches : public std::enable_shared_from_this<HealthWatches> {
 public:
  grpc::ServerGenericBidiReactor* Open();
  // Ends every stream with UNAVAILABLE; a later one ends at once.
  void Close();

 private:
  class Watch;
  void Remove(Watch* watch);

  std::mutex mutex_;
  bool closed_ = false;
  std::unordered_map<Watch*, std::shared_ptr<Watch>> open_;
};

}  // namespace sandbox::api
