#include "api/grpc/fallback_service.h"

#include <algorithm>

namespace sandbox::api {

namespace {

class Refusal final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Refusal(const std::string& text) { Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, text)); }
  void OnDone() override { delete this; }
};

}  // namespace

std::string UnknownMethodText(std::string_view path, const std::vector<std::string>& services) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const size_t slash = path.rfind('/');
  const std::string service(path.substr(0, slash));
  if (slash == std::string_view::npos || std::ranges::find(services, service) == services.end())
    return "unknown service " + service;
  return "unknown method " + std::string(path.substr(slash + 1)) + " for service " + service;
}

grpc::ServerGenericBidiReactor* FallbackService::CreateReactor(grpc::GenericCallbackServerContext* context) {
  std::string_view name = context->method();
  if (name.starts_with('/')) name.remove_prefix(1);
  const Method* method = find_(name);
  if (method != nullptr && method->stream) return calls_->Open(*method);
  return new Refusal(UnknownMethodText(context->method(), services_));
}

}  // namespace sandbox::api
