#include "app/engine_images.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <map>
#include <optional>

#include "app/build_session.h"
#include "app/config.h"
#include "docker/client.h"
#include "docker/engine_address.h"
#include "docker/image_reference.h"
#include "runner/docker_images.h"
#include "runner/image_puller.h"

namespace sandbox::app {
namespace {

namespace asio = boost::asio;

class ArchiveSource final : public docker::ByteSource {
 public:
  explicit ArchiveSource(const ImageArchive& archive) : archive_(archive) {}
  uint64_t Size() const override { return archive_.size; }
  asio::awaitable<Result<std::string>> Next() override { co_return archive_.next(); }

 private:
  const ImageArchive archive_;
};

asio::awaitable<Status> HandOn(docker::Task<std::unique_ptr<docker::HttpStream>> call,
                               const ImageEngine::Reply& reply) {
  auto stream = co_await std::move(call);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  while (true) {
    auto piece = co_await (*stream)->Read();
    if (!piece) co_return std::unexpected(std::move(piece.error()));
    if (piece->empty()) co_return Status();
    if (Status taken = reply(*piece); !taken) co_return taken;
  }
}

// While it builds, BuildKit asks for secrets.
asio::awaitable<Status> BuildAnswering(docker::Client& client, docker::BuildRequest request,
                                       const std::optional<std::map<std::string, std::string>>& secrets,
                                       std::shared_ptr<docker::ByteSource> context, const ImageEngine::Reply& reply) {
  std::optional<BuildSession> session;
  if (secrets) {
    session.emplace(*secrets);
    request.session = session->Id();
    auto stream = co_await client.OpenSession(session->Id(), BuildSession::Methods());
    if (!stream) co_return std::unexpected(std::move(stream.error()));
    if (Status served = session->Serve(co_await asio::this_coro::executor, std::move(*stream)); !served)
      co_return served;
  }
  co_return co_await HandOn(client.BuildImage(std::move(request), std::move(context)), reply);
}

class EngineImages final : public ImageEngine {
 public:
  explicit EngineImages(docker::EngineAddress address) : address_(std::move(address)) {}

  Status Build(const BuildOrder& order, const ImageArchive& context, const Reply& reply) override {
    docker::BuildRequest request{order.tags,     order.dockerfile, order.args, order.labels,   order.target,
                                 order.platform, order.no_cache,   order.pull, order.buildkit, ""};
    return Run<void>([&](docker::Client& client) {
      return BuildAnswering(client, request, order.secrets, std::make_shared<ArchiveSource>(context), reply);
    });
  }

  Status Load(const ImageArchive& images, const Reply& reply) override {
    return Run<void>([&](docker::Client& client) {
      return HandOn(client.LoadImages(std::make_shared<ArchiveSource>(images)), reply);
    });
  }

  Status Pull(const std::string& reference,
              const std::function<void(int64_t bytes, int64_t total)>& progress) override {
    runner::PullLayers layers;
    return Run<void>([&](docker::Client& client) {
      return client.PullImage(reference, [&](const docker::PullProgress& line) {
        layers.Take(line);
        progress(layers.Bytes(), layers.BytesTotal());
      });
    });
  }

  Result<std::vector<HostImage>> List() override { return runner::DockerImages(address_).List(); }

  Status Remove(const std::string& reference) override {
    return Run<void>([&](docker::Client& client) { return client.RemoveImage(reference); });
  }

  Result<std::vector<std::string>> Running() override {
    const auto containers =
        Run<std::vector<docker::ContainerSummary>>([](docker::Client& client) { return client.ListRunning(); });
    if (!containers) return std::unexpected(containers.error());
    std::vector<std::string> out;
    for (const docker::ContainerSummary& container : *containers) out.push_back(container.image_id);
    return out;
  }

  Status CheckName(const std::string& reference) const override {
    const auto parsed = docker::ParseImageReference(reference);
    if (!parsed) return std::unexpected(parsed.error());
    return {};
  }

 private:
  // Runs a call on this thread until it is over, or a signal asks this process to end.
  template <typename T, typename Make>
  Result<T> Run(Make make) {
    asio::io_context context;
    docker::Client client(context.get_executor(), address_);
    asio::signal_set signals(context, SIGINT, SIGTERM);
    bool stopped = false;
    signals.async_wait([&](const boost::system::error_code& error, int) {
      if (error) return;
      stopped = true;
      client.Close();
    });
    Result<T> result = Internal("nothing was done");
    asio::co_spawn(context, make(client), [&](std::exception_ptr failure, Result<T> made) {
      result = failure ? Result<T>(Internal("the Docker client threw")) : std::move(made);
      client.Close();
      signals.cancel();
    });
    context.run();
    if (stopped) return Fail(Code::kCancelled, "STOPPED", "stopped before its end");
    return result;
  }

  const docker::EngineAddress address_;
};

}  // namespace

Result<std::shared_ptr<ImageEngine>> OpenEngineImages(const home::Home& home) {
  std::string setting;
  if (const auto running = home::ReadRuntime(home)) setting = running->docker_socket;
  if (setting.empty()) {
    const auto config = LoadConfig(home.Config());
    if (config) setting = config->docker_host;
  }
  auto address = docker::ResolveEngine(setting);
  if (!address) return std::unexpected(std::move(address.error()));
  return std::make_shared<EngineImages>(std::move(*address));
}

}  // namespace sandbox::app
