#pragma once

// How much cpu and memory the machine has that containers run on: this one, or the one of a Docker Engine elsewhere.

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "docker/engine_address.h"
#include "pods/admission/admission.h"

namespace sandbox::app {

// The cpu and memory of the machine that this process runs on.
pods::Resources HostResources();

// Asks the engine until it answers. Built and destroyed on the executor's thread, where `found` is called, once.
class CapacityProbe {
 public:
  CapacityProbe(boost::asio::any_io_executor executor, docker::EngineAddress address,
                std::function<void(pods::Resources)> found);
  ~CapacityProbe();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandbox::app
