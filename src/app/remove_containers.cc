#include "app/remove_containers.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <fstream>
#include <functional>
#include <map>

#include "app/config.h"
#include "docker/client.h"
#include "docker/engine_address.h"
#include "home/owner.h"

namespace sandbox::app {
namespace {

namespace asio = boost::asio;

constexpr int kLooksMax = 30;  // a second apart

// Removes every container of this data directory; how many there were. Looks again until there is none: the engine may
// still be making some that the stopped sandbox had asked for.
asio::awaitable<Result<size_t>> RemoveAll(docker::Client& client, std::string instance) {
  size_t removed_total = 0;
  for (int look = 0; look < kLooksMax; ++look) {
    auto list = co_await client.List("sandbox.instance=" + instance);
    if (!list) co_return std::unexpected(std::move(list.error()));
    if (list->empty()) break;
    std::vector<std::string> ids;
    for (const docker::ContainerSummary& container : *list) ids.push_back(container.id);
    if (auto removed = co_await client.RemoveAll(std::move(ids)); !removed)
      co_return std::unexpected(std::move(removed.error()));
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

// Of sandboxes whose process is gone, whatever is left of their data directories.
asio::awaitable<Result<size_t>> RemoveAllOwnerless(docker::Client& client) {
  const auto containers = co_await client.List(home::kOwnerLabel);
  if (!containers) co_return std::unexpected(containers.error());
  const auto is_gone = [](const std::map<std::string, std::string>& labels) {
    const auto owner = labels.find(home::kOwnerLabel);
    return owner != labels.end() && home::IsGone(owner->second);
  };
  std::vector<std::string> ids;
  for (const docker::ContainerSummary& container : *containers) {
    if (is_gone(container.labels)) ids.push_back(container.id);
  }
  const size_t removed_total = ids.size();
  if (auto removed = co_await client.RemoveAll(std::move(ids)); !removed)
    co_return std::unexpected(std::move(removed.error()));
  const auto volumes = co_await client.ListVolumes(home::kOwnerLabel);
  if (!volumes) co_return std::unexpected(volumes.error());
  for (const docker::VolumeSummary& volume : *volumes) {
    if (!is_gone(volume.labels)) continue;
    if (auto removed = co_await client.RemoveVolume(volume.name); !removed)
      co_return std::unexpected(std::move(removed.error()));
  }
  co_return removed_total;
}

asio::awaitable<Result<size_t>> Count(docker::Client& client, std::string instance) {
  const auto list = co_await client.List("sandbox.instance=" + instance);
  if (!list) co_return std::unexpected(list.error());
  co_return list->size();
}

using Work = std::function<asio::awaitable<Result<size_t>>(docker::Client&)>;

// `setting`: an address, or empty: found as a start finds it.
Result<size_t> AskDocker(const std::string& setting, const Work& work) {
  auto address = docker::ResolveEngine(setting);
  if (!address) return std::unexpected(std::move(address.error()));
  asio::io_context context;
  docker::Client client(context.get_executor(), *address);
  Result<size_t> result = Internal("nothing was done");
  asio::co_spawn(context, work(client), [&](std::exception_ptr failure, Result<size_t> done) {
    result = failure ? Result<size_t>(Internal("the Docker client threw")) : std::move(done);
    client.Close();
  });
  context.run();
  return result;
}

Result<size_t> AskOf(const home::Home& home, const std::string& docker_socket,
                     asio::awaitable<Result<size_t>> (*work)(docker::Client&, std::string)) {
  std::ifstream file(home.Instance());
  std::string instance;
  if (!(file >> instance)) return size_t{0};
  std::string setting = docker_socket;
  if (setting.empty()) {
    if (const auto config = LoadConfig(home.Config())) setting = config->docker_host;
  }
  return AskDocker(setting, [&](docker::Client& client) { return work(client, instance); });
}

}  // namespace

Result<size_t> RemoveContainers(const home::Home& home, const std::string& docker_socket) {
  return AskOf(home, docker_socket, RemoveAll);
}

Result<size_t> CountContainers(const home::Home& home, const std::string& docker_socket) {
  return AskOf(home, docker_socket, Count);
}

Result<size_t> RemoveOwnerless(const std::string& docker_socket) {
  return AskDocker(docker_socket, RemoveAllOwnerless);
}

}  // namespace sandbox::app
