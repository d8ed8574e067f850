#pragma once

// What the machine has that containers run on: this one, or the one of a Docker Engine elsewhere.

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "docker/engine_address.h"
#include "pods/admission/admission.h"

namespace sandbox::app {

// The cpu and memory of the machine that this process runs on.
pods::Resources HostResources();

// Asks the engine until it answers. It has no GPUs when nothing says that it has: Podman gives none, and an engine of
// this machine may have those that NVIDIA's hook gives, of which it does not tell.
// Built and destroyed on the executor's thread, where `found` is called, once.
class CapacityProbe {
 public:
  CapacityProbe(boost::asio::any_io_executor executor, docker::EngineAddress address, bool podman,
                std::function<void(pods::Resources)> found);
  ~CapacityProbe();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandbox::app
