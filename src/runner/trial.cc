#include "runner/trial.h"

#include <boost/asio/awaitable.hpp>
#include <utility>

#include "docker/client.h"
#include "runner/container_config.h"
#include "sandbox/base/log.h"

namespace sandbox::runner {
namespace {

namespace asio = boost::asio;

constexpr size_t kOutputMax = 64 << 10;
constexpr std::chrono::milliseconds kRemoveMax{5'000};

// What the container prints until it ends, from the start on.
asio::awaitable<Result<std::string>> RunOne(docker::Client& client, docker::ContainerConfig config) {
  if (auto cleared = co_await client.Remove(config.name); !cleared) co_return std::unexpected(cleared.error());
  const auto id = co_await client.Create(std::move(config));
  if (!id) co_return std::unexpected(id.error());
  const auto output = co_await client.Attach(*id, false);
  if (!output) co_return std::unexpected(output.error());
  if (const auto started = co_await client.Start(*id); !started) co_return std::unexpected(started.error());
  std::string out;
  while (out.size() < kOutputMax) {
    const auto piece = co_await (*output)->Read();
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->bytes.empty()) break;
    out += piece->bytes;
  }
  co_return out;
}

}  // namespace

Trial::Trial(docker::EngineAddress engine, TrialOptions options)
    : calls_(std::move(engine)), options_(std::move(options)) {}

Result<std::string> Trial::Run(const std::string& image, std::vector<std::string> command,
                               std::chrono::milliseconds limit) {
  docker::ContainerConfig config;
  config.name = Cat("sandbox-", options_.instance, "-trial");
  config.image = image;
  config.entrypoint = std::move(command);
  config.labels = options_.labels;
  config.labels[kInstanceLabel] = options_.instance;
  config.extra_hosts = PlatformHosts(options_.platform_ip);
  auto out = calls_.Run<std::string>([&](docker::Client& client) { return RunOne(client, config); }, limit);
  const Status removed =
      calls_.Run<void>([&](docker::Client& client) { return client.Remove(config.name); }, kRemoveMax);
  if (!removed && removed.error().reason != "ENGINE_CLOSED")
    Log(LogLevel::kWarning, "runner", Cat("removing container ", config.name, ": ", removed.error().message));
  return out;
}

}  // namespace sandbox::runner
