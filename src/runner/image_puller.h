#pragma once

// One pull an image at a time, shared by all pods that need it; a waiter that leaves does not end it.
//
// Thread: the loop. The client outlives the puller's waiters' interest: see Pull.

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "docker/client.h"
#include "runner/signal.h"

namespace sandbox::runner {

// What a pull has of an image's layers that are on their way or were, as far as they are known.
class PullLayers {
 public:
  void Take(const docker::PullProgress& line);
  int64_t Bytes() const;
  int64_t BytesTotal() const;

 private:
  struct Layer {
    int64_t bytes = 0;
    int64_t total = 0;
  };
  std::map<std::string, Layer> layers_;
};

struct Pull {
  explicit Pull(const Surroundings& surroundings) : done(surroundings) {}
  std::optional<Status> result;
  PullLayers layers;
  Signal done;
};

class ImagePuller {
 public:
  // `owner` keeps client and puller alive while a pull runs.
  ImagePuller(const Surroundings& surroundings, docker::Client& client)
      : surroundings_(surroundings), client_(client) {}

  // The running pull of `image`, or a new one.
  std::shared_ptr<Pull> Join(const std::string& image, const std::shared_ptr<void>& owner);

 private:
  boost::asio::awaitable<void> Run(std::string image, std::shared_ptr<Pull> pull, std::shared_ptr<void> owner);

  const Surroundings surroundings_;
  docker::Client& client_;
  std::map<std::string, std::shared_ptr<Pull>> running_;
};

}  // namespace sandbox::runner
