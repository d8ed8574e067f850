#include "app/capacity.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <utility>

#include "docker/client.h"
#include "net/coroutines.h"

namespace sandbox::app {

namespace asio = boost::asio;

namespace {

constexpr auto kRetry = std::chrono::seconds(5);
constexpr const char* kFolders[] = {"/usr/bin/", "/usr/local/bin/", "/usr/sbin/", "/bin/"};

bool HasHook() {
  return std::ranges::any_of(kFolders, [](const char* folder) {
    std::error_code ignored;
    return std::filesystem::exists(Cat(folder, "nvidia-container-runtime-hook"), ignored);
  });
}

}  // namespace

pods::Resources HostResources() {
  return {sysconf(_SC_NPROCESSORS_ONLN) * 1000, sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE)};
}

struct CapacityProbe::State {
  State(asio::any_io_executor executor, docker::EngineAddress address, bool is_podman,
        std::function<void(pods::Resources)> callback)
      : podman(is_podman),
        may_hide_gpus(!is_podman && (address.socket_path.empty() || HasHook())),
        client(executor, std::move(address)),
        pause(executor),
        found(std::move(callback)) {}

  static asio::awaitable<void> Run(std::shared_ptr<State> state) {
    while (!state->closed) {
      const auto info = co_await state->client.Info();
      if (state->closed) co_return;
      if (info && info->cpus > 0 && info->memory_bytes > 0)
        co_return state->found({info->cpus * 1000, info->memory_bytes, state->GpusOf(*info)});
      state->pause.expires_after(kRetry);
      boost::system::error_code ignored;
      co_await state->pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }

  int64_t GpusOf(const docker::EngineResources& info) const {
    return may_hide_gpus || (info.has_gpus && !podman) ? 0 : pods::kNoGpus;
  }

  const bool podman;
  const bool may_hide_gpus;
  docker::Client client;
  asio::steady_timer pause;
  std::function<void(pods::Resources)> found;
  bool closed = false;
};

CapacityProbe::CapacityProbe(asio::any_io_executor executor, docker::EngineAddress address, bool podman,
                             std::function<void(pods::Resources)> found)
    : state_(std::make_shared<State>(executor, std::move(address), podman, std::move(found))) {
  net::Spawn(executor, "capacity of the engine", State::Run(state_));
}

CapacityProbe::~CapacityProbe() {
  state_->closed = true;
  state_->client.Close();
  state_->pause.cancel();
}

}  // namespace sandbox::app
