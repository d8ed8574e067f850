#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/grpc/health_watch.h"

namespace sandbox::api {

// "unknown service S" or "unknown method M for service S". `path` is "S/M", with or without a leading slash.
std::string UnknownMethodText(std::string_view path, const std::vector<std::string>& services);

// Streams go through here: Health/Watch is the one that is served. Answers what no service has with UNIMPLEMENTED and
// the texts above: clients that look for an authorization server read it as "no authorization here".
class FallbackService final : public grpc::CallbackGenericService {
 public:
  FallbackService(std::vector<std::string> services, std::shared_ptr<HealthWatches> watches)
      : services_(std::move(services)), watches_(std::move(watches)) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override;

 private:
  std::vector<std::string> services_;
  std::shared_ptr<HealthWatches> watches_;
};

}  // namespace sandbox::api
