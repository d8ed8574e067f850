#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/grpc/stream_call.h"

namespace sandbox::api {

// "unknown service S" or "unknown method M for service S". `path` is "S/M", with or without a leading slash.
std::string UnknownMethodText(std::string_view path, const std::vector<std::string>& services);

// Methods that stream go through here. Answers what no service has with UNIMPLEMENTED and the texts above: clients that
// look for an authorization server read it as "no authorization here".
class FallbackService final : public grpc::CallbackGenericService {
 public:
  // `find` gives the method of a name; null: none.
  FallbackService(std::vector<std::string> services, std::function<const Method*(std::string_view)> find,
                  std::shared_ptr<StreamCalls> calls)
      : services_(std::move(services)), find_(std::move(find)), calls_(std::move(calls)) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override;

 private:
  std::vector<std::string> services_;
  std::function<const Method*(std::string_view)> find_;
  std::shared_ptr<StreamCalls> calls_;
};

}  // namespace sandbox::api
