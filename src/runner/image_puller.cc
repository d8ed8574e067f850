#include "runner/image_puller.h"

#include <algorithm>
#include <numeric>

#include "net/coroutines.h"

namespace sandbox::runner {

// A layer is downloaded, then unpacked, which is told with bytes of its own.
void PullLayers::Take(const docker::PullProgress& line) {
  if (line.layer.empty()) return;
  if (line.status == "Downloading") {
    Layer& layer = layers_[line.layer];
    layer = {std::max(layer.bytes, line.current_bytes), std::max(layer.total, line.total_bytes)};
  } else if (line.status == "Download complete" || line.status == "Pull complete") {
    if (const auto found = layers_.find(line.layer); found != layers_.end()) found->second.bytes = found->second.total;
  }
}

int64_t PullLayers::Bytes() const {
  return std::accumulate(layers_.begin(), layers_.end(), int64_t{0},
                         [](int64_t sum, const auto& each) { return sum + each.second.bytes; });
}

int64_t PullLayers::BytesTotal() const {
  return std::accumulate(layers_.begin(), layers_.end(), int64_t{0},
                         [](int64_t sum, const auto& each) { return sum + each.second.total; });
}

std::shared_ptr<Pull> ImagePuller::Join(const std::string& image, const std::shared_ptr<void>& owner) {
  std::shared_ptr<Pull>& pull = running_[image];
  if (!pull) {
    pull = std::make_shared<Pull>(surroundings_);
    net::Spawn(surroundings_.executor, "pull " + image, Run(image, pull, owner));
  }
  return pull;
}

boost::asio::awaitable<void> ImagePuller::Run(std::string image, std::shared_ptr<Pull> pull,
                                              std::shared_ptr<void> owner) {
  Status result =
      co_await client_.PullImage(image, [pull](const docker::PullProgress& line) { pull->layers.Take(line); });
  pull->result = std::move(result);
  running_.erase(image);
  pull->done.Notify();
}

}  // namespace sandbox::runner
