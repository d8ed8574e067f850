#pragma once

// Short commands in containers that are attached as those of tasks are, and belong to no attempt.
//
// Thread: Run on any that may block, one at a time; Close on any other.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "docker/calls.h"
#include "docker/engine_address.h"
#include "sandbox/base/error.h"

namespace sandbox::runner {

struct TrialOptions {
  std::string instance;                         // as in DockerRunnerOptions, these three
  std::map<std::string, std::string> labels{};  // likewise
  std::string platform_ip = "host-gateway";
};

class Trial {
 public:
  Trial(docker::EngineAddress engine, TrialOptions options);

  // What the command prints, in an image that the engine has; its exit code is not told. Nothing is pulled, and the
  // container is removed; what could not be removed in five seconds is removed by the next Run and by the sweep.
  // NO_SUCH_IMAGE and BAD_REQUEST: the image is not there, or does not have the program. ENGINE_TIMEOUT after `limit`.
  Result<std::string> Run(const std::string& image, std::vector<std::string> command, std::chrono::milliseconds limit);
  // Ends a Run that is under way. Idempotent.
  void Close() { calls_.Close(); }

 private:
  docker::Calls calls_;
  const TrialOptions options_;
};

}  // namespace sandbox::runner
