#include "app/engine_kind.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "docker/client.h"

namespace sandbox::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kPatience{5};

asio::awaitable<void> Ask(docker::Client& client, EngineKind& kind) {
  const auto version = co_await client.Version();
  kind.podman = version && version->podman;
  if (!kind.podman) co_return;
  if (const auto network = co_await client.DefaultNetwork()) kind.gateway = network->gateway;
}

}  // namespace

EngineKind AskKind(const docker::EngineAddress& address) {
  asio::io_context context;
  docker::Client client(context.get_executor(), address);
  EngineKind kind;
  asio::co_spawn(context, Ask(client, kind), [&client](std::exception_ptr) { client.Close(); });
  context.run_for(kPatience);
  client.Close();
  context.restart();
  context.run();
  return kind;
}

}  // namespace sandbox::app
