#pragma once

// Images of a Docker Engine. Each call has a connection of its own and a thread that waits for it, so that nothing of
// it is on a loop.
//
// Thread: as Images says; Close and the destructor on any thread but a callback's.

#include <memory>

#include "docker/engine_address.h"
#include "sandbox/ports/images.h"

namespace sandbox::runner {

class DockerImages final : public Images {
 public:
  explicit DockerImages(docker::EngineAddress address);
  ~DockerImages() override;

  Result<std::vector<HostImage>> List() override;
  void Pull(std::string reference, std::function<void(int64_t bytes, int64_t total)> progress,
            std::function<void(Status)> done) override;
  // Ends pulls that are under way; no callback comes any more. Idempotent.
  void Close();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sandbox::runner
