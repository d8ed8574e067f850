#include "runner/image_puller.h"

#include "net/coroutines.h"

namespace sandbox::runner {

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
  Status result = co_await client_.PullImage(image, [pull](const docker::PullProgress& line) {
    pull->progress = line.layer.empty() ? line.status : Cat(line.layer, ": ", line.status);
  });
  pull->result = std::move(result);
  running_.erase(image);
  pull->done.Notify();
}

}  // namespace sandbox::runner
