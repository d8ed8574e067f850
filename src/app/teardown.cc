#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/config.h"
#include "app/serve.h"
#include "cli/client_config.h"
#include "docker/client.h"
#include "docker/engine_address.h"

namespace sandbox::app {
namespace {

namespace asio = boost::asio;

constexpr int kLooksMax = 30;  // a second apart

// Removes every container of this data directory; how many there were. Looks again until there is none: the engine may
// still be making some that the stopped sandbox had asked for.
asio::awaitable<Result<size_t>> RemoveContainers(docker::Client& client, const std::string& instance) {
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
  asio::co_spawn(context, RemoveContainers(client, instance), [&](std::exception_ptr failure, Result<size_t> removed) {
    result = failure ? Result<size_t>(Internal("the Docker client threw")) : std::move(removed);
    client.Close();
  });
  context.run();
  return result;
}

}  // namespace

int TeardownVerb(const cli::Common& common) {
  const auto running = cli::ReadRuntime(common.home);
  if (!std::filesystem::exists(common.home.root))
    return cli::Complain(cli::kExitNotRunning, Cat("there is nothing at ", common.home.root.string()));
  // Never remove a directory that a sandbox did not make.
  if (!std::filesystem::exists(common.home.Lock()))
    return cli::Complain(cli::kExitOther,
                         Cat(common.home.root.string(), " is not a sandbox's data directory (it has no file `lock`)"));
  if (running) {
    if (const int stopped = cli::StopProcess(common); stopped != cli::kExitOk) return stopped;
  }
  std::ifstream file(common.home.Instance());
  std::string instance;
  size_t containers = 0;
  if (file >> instance) {
    const auto config = LoadConfig(common.home.Config(), "");
    auto removed = CleanDocker(running && !running->docker_socket.empty() ? running->docker_socket
                               : config                                   ? config->docker_host
                                                                          : "",
                               instance);
    if (removed) {
      containers = *removed;
    } else if (!running || !running->docker_socket.empty()) {
      return cli::Complain(
          cli::kExitDockerUnreachable,
          Cat("containers of this sandbox may be left, so its state is kept: ", removed.error().message));
    }
  }
  if (!cli::RemoveSharedClientConfig(common.home))
    std::fprintf(stderr, "note: %s is not as a sandbox wrote it, so it stays\n", cli::SharedClientConfig().c_str());
  std::error_code failure;
  std::filesystem::remove_all(common.home.root, failure);
  if (failure)
    return cli::Complain(cli::kExitOther, Cat("cannot remove ", common.home.root.string(), ": ", failure.message()));
  if (const char* used = std::getenv("FLYTECTL_CONFIG");
      used != nullptr && *used != '\0' && !std::filesystem::exists(used))
    std::fprintf(stderr, "note: FLYTECTL_CONFIG names a file that is gone: unset FLYTECTL_CONFIG\n");
  if (common.json) {
    std::printf("%s\n",
                nlohmann::json{{"removed", common.home.root.string()}, {"containers", containers}}.dump(2).c_str());
  } else {
    std::printf("removed %s and %zu container(s); images are kept\n", common.home.root.c_str(), containers);
  }
  return cli::kExitOk;
}

}  // namespace sandbox::app
