#pragma once

// Images of the machine that containers run on.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"

namespace sandbox {

struct HostImage {
  std::string id;                  // "sha256:..."
  std::vector<std::string> names;  // "flytebasics:v1", "python@sha256:..."; none: only its id
  int64_t size_bytes = 0;
  Instant created_at{};  // when it was built
  std::string platform;  // "linux/amd64"; empty: not known
};

// Thread: any; List blocks for as long as the engine takes. UNAVAILABLE: no engine answers.
class Images {
 public:
  virtual ~Images() = default;

  virtual Result<std::vector<HostImage>> List() = 0;
  // Fetches an image from its registry. Both callbacks come on a thread of the images' own, `done` last and once;
  // `progress` tells bytes of layers as far as they are known. INVALID_ARGUMENT: it is no name of an image.
  virtual void Pull(std::string reference, std::function<void(int64_t bytes, int64_t total)> progress,
                    std::function<void(Status)> done) = 0;
};

}  // namespace sandbox
