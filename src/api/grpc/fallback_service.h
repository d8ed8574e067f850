#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <string>
#include <string_view>
#include <vector>

namespace sandbox::api {

// "unknown service S" or "unknown method M for service S". `path` is "S/M", with or without a leading slash.
std::string UnknownMethodText(std::string_view path, const std::vector<std::string>& services);

// Answers what no service has with UNIMPLEMENTED and the texts above: clients that look for an authorization server read it
// as "no authorization here".
class FallbackService final : public grpc::CallbackGenericService {
 public:
  explicit FallbackService(std::vector<std::string> services) : services_(std::move(services)) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override;

 private:
  std::vector<std::string> services_;
};

}  // namespace sandbox::api
