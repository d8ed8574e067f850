#include "app/remove_containers.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <fstream>

#include "app/config.h"
#include "docker/client.h"
#include "docker/engine_address.h"

namespace sandbox::app {
namespace {

namespace asio = boost::asio;

constexpr int kLooksMax = 30;  // a second apart

// Removes every container of this data directory; how many there were. Looks again until there is none: the engine may
// still be making some that the stopped sandbox had asked for.
asio::awaitable<Result<size_t>> RemoveAll(docker::Client& client, const std::string& instance) {
  size_t removed_total = 0;
  for (int look = 0; look < kLooksMax; ++look) {
    auto list = co_await client.List("sandbox.instance=" + instance);
    if (!list) co_return std::unexpected(std::move(list.error()));
    if (list->empty()) break;
    for (const docker::ContainerSummary& container : *list) {
      auto removed = co_await client.Remove(container.id);
      if (!removed) co_return std::unexpected(std::move(removed.error()));
    }
    removed_total += list->size();
    asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::seconds(1));
    co_await pause.async_wait(asio::use_awaitable);
  }
  // Volumes go with their last container; a sandbox that was killed may have left some.
  const auto volumes = co_await client.ListVolumes("sandbox.instance=" + instance);
  if (!volumes) co_return std::unexpected(volumes.error());
  for (const docker::VolumeSummary& volume : *volumes) {
    if (auto removed = co_await client.RemoveVolume(volume.name); !removed)
      co_return std::unexpected(std::move(removed.error()));
  }
  co_return removed_total;
}

Result<size_t> CleanDocker(const std::string& setting, const std::string& instance) {
  auto address = docker::ResolveEngine(setting);
  if (!address) return std::unexpected(std::move(address.error()));
  asio::io_context context;
  docker::Client client(context.get_executor(), *address);
  Result<size_t> result = Internal("nothing was done");
  asio::co_spawn(context, RemoveAll(client, instance), [&](std::exception_ptr failure, Result<size_t> removed) {
    result = failure ? Result<size_t>(Internal("the Docker client threw")) : std::move(removed);
    client.Close();
  });
  context.run();
  return result;
}

}  // namespace

Result<size_t> RemoveContainers(const home::Home& home, const std::string& docker_socket) {
  std::ifstream file(home.Instance());
  std::string instance;
  if (!(file >> instance)) return size_t{0};
  if (!docker_socket.empty()) return CleanDocker(docker_socket, instance);
  const auto config = LoadConfig(home.Config(), "");
  return CleanDocker(config ? config->docker_host : "", instance);
}

}  // namespace sandbox::app
