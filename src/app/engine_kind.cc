#include "app/engine_kind.h"

#include <boost/asio/awaitable.hpp>

#include "docker/calls.h"
#include "docker/client.h"

namespace sandbox::app {
namespace {

constexpr std::chrono::milliseconds kPatience{5'000};

boost::asio::awaitable<Result<EngineKind>> KindOf(docker::Client& client) {
  const auto podman = co_await client.IsPodman();
  if (!podman) co_return std::unexpected(podman.error());
  EngineKind kind{*podman, ""};
  if (!kind.podman) co_return kind;
  if (const auto network = co_await client.DefaultNetwork()) kind.gateway = network->gateway;
  co_return kind;
}

}  // namespace

EngineKind AskKind(const docker::EngineAddress& address) {
  return docker::Calls(address)
      .Run<EngineKind>([](docker::Client& client) { return KindOf(client); }, kPatience)
      .value_or(EngineKind());
}

}  // namespace sandbox::app
