#include "runner/docker_images.h"

#include <boost/asio/awaitable.hpp>
#include <map>
#include <mutex>
#include <utility>

#include "docker/calls.h"
#include "docker/client.h"
#include "net/asio_loop.h"
#include "runner/image_puller.h"

namespace sandbox::runner {
namespace {

namespace asio = boost::asio;

// Of so many the platform is asked for, the newest first.
constexpr size_t kInspectedMax = 200, kPlatformsMax = 2000;
constexpr size_t kPullsAtOnce = 2;

// Of an image by its id: that never changes.
struct Platforms {
  std::mutex mutex;
  std::map<std::string, std::string> known;
};

asio::awaitable<std::string> PlatformOf(docker::Client& client, Platforms& platforms, const std::string& id) {
  {
    std::lock_guard lock(platforms.mutex);
    if (const auto found = platforms.known.find(id); found != platforms.known.end()) co_return found->second;
  }
  const auto info = co_await client.InspectImage(id);
  if (!info) co_return "";
  std::lock_guard lock(platforms.mutex);
  if (platforms.known.size() >= kPlatformsMax) platforms.known.clear();
  co_return platforms.known[id] = Cat(info->os, "/", info->architecture);
}

asio::awaitable<Result<std::vector<HostImage>>> ListAll(docker::Client& client, Platforms& platforms) {
  auto found = co_await client.ListImages();
  if (!found) co_return std::unexpected(std::move(found.error()));
  std::vector<HostImage> out;
  for (docker::ImageSummary& image : *found) {
    HostImage host{image.id, std::move(image.names), image.size_bytes, image.created_at, ""};
    if (out.size() < kInspectedMax) host.platform = co_await PlatformOf(client, platforms, image.id);
    out.push_back(std::move(host));
  }
  co_return out;
}

asio::awaitable<Status> PullOne(docker::Client& client, std::string reference,
                                std::function<void(int64_t, int64_t)> progress) {
  PullLayers layers;
  co_return co_await client.PullImage(std::move(reference), [&](const docker::PullProgress& line) {
    layers.Take(line);
    progress(layers.Bytes(), layers.BytesTotal());
  });
}

}  // namespace

struct DockerImages::Parts {
  explicit Parts(docker::EngineAddress address) : calls(std::move(address)) {}

  docker::Calls calls;
  std::mutex mutex;
  bool closed = false;
  Platforms platforms;
  net::WorkerPool pulls{kPullsAtOnce};
};

DockerImages::DockerImages(docker::EngineAddress address) : parts_(std::make_unique<Parts>(std::move(address))) {}
DockerImages::~DockerImages() { Close(); }

Result<std::vector<HostImage>> DockerImages::List() {
  return parts_->calls.Run<std::vector<HostImage>>(
      [this](docker::Client& client) { return ListAll(client, parts_->platforms); });
}

void DockerImages::Pull(std::string reference, std::function<void(int64_t, int64_t)> progress,
                        std::function<void(Status)> done) {
  parts_->pulls.Run([this, reference = std::move(reference), progress = std::move(progress), done = std::move(done)] {
    Status pulled =
        parts_->calls.Run<void>([&](docker::Client& client) { return PullOne(client, reference, progress); });
    std::unique_lock lock(parts_->mutex);
    const bool tell = !parts_->closed;
    lock.unlock();
    if (tell) done(std::move(pulled));
  });
}

void DockerImages::Close() {
  {
    std::lock_guard lock(parts_->mutex);
    parts_->closed = true;
  }
  parts_->calls.Close();
  parts_->pulls.Stop();
}

}  // namespace sandbox::runner
