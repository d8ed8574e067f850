#pragma once

// Images with the builds of the command line and the pulls that pages asked for. Pods' own pulls are told by their
// waits.
//
//   GET  /sandbox/v1/images
//   POST /sandbox/v1/images/pull {"reference"}   200 with a line of JSON whenever more has come: {state: "pulling",
//        bytes, total}, and a last one with state "present", or "failed" and error. The pull goes on when the client
//        leaves; a second one joins it.
//
// Thread: any.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/local/image_list.h"
#include "net/http.h"

namespace sandbox::api {

class ImageBoard {
 public:
  // `builds`: the folder of builds that are kept (builds/record.h).
  ImageBoard(Images& images, std::filesystem::path builds) : images_(images), builds_(std::move(builds)) {}

  // Blocks for as long as the engine takes.
  ImageSources Look();
  // The pull under way of that image, or a new one.
  struct Pull {
    std::mutex mutex;
    PullState state;
    std::optional<Status> ended;
  };
  std::shared_ptr<Pull> Join(const std::string& reference);

 private:
  struct Shared {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<Pull>> pulls;  // by familiar name
  };

  Images& images_;
  const std::filesystem::path builds_;
  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

// Answers POST images/pull; on the net loop.
boost::asio::awaitable<void> ServePull(ImageBoard& board, net::HttpExchange& exchange, const std::string& body);

}  // namespace sandbox::api
