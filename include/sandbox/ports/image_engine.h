#pragma once

// What the command line does with images of the machine that containers run on.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/ports/images.h"

namespace sandbox {

struct BuildOrder {
  std::vector<std::string> tags;
  std::string dockerfile;  // its path in the archive
  std::map<std::string, std::string> args, labels;
  std::string target;    // empty: the last stage
  std::string platform;  // "linux/arm64"; empty: the machine's own
  bool no_cache = false;
  bool pull = false;      // base images are fetched even when they are there
  bool buildkit = false;  // BuildKit builds, which the engine has to have; else the engine's own builder
  // What RUN --mount=type=secret gets, by id; it is in no image, no record and no log. Absent: nobody is asked, and
  // such a mount fails.
  std::optional<std::map<std::string, std::string>> secrets;
};

// A tar archive that is made as it is sent.
struct ImageArchive {
  uint64_t size = 0;
  std::function<Result<std::string>()> next;  // the next bytes; empty at the end, after `size` bytes
};

// Thread: one at a time; calls block. UNAVAILABLE, reason ENGINE_UNREACHABLE: no engine answers. BAD_REQUEST, CONFLICT,
// NO_SUCH_IMAGE and ENGINE_ERROR carry the engine's text. CANCELLED, reason STOPPED: SIGINT or SIGTERM came while it
// built, pulled or loaded; the engine has been told.
class ImageEngine {
 public:
  using Reply = std::function<Status(std::string_view piece)>;  // of the engine's answer, as it comes

  virtual ~ImageEngine() = default;

  virtual Status Build(const BuildOrder& order, const ImageArchive& context, const Reply& reply) = 0;
  virtual Status Load(const ImageArchive& images, const Reply& reply) = 0;
  // `progress` tells bytes of layers as far as they are known.
  virtual Status Pull(const std::string& reference,
                      const std::function<void(int64_t bytes, int64_t total)>& progress) = 0;
  // The newest first.
  virtual Result<std::vector<HostImage>> List() = 0;
  // Takes the name away, and the image with its last name.
  virtual Status Remove(const std::string& reference) = 0;
  // Ids of the images of containers that run.
  virtual Result<std::vector<std::string>> Running() = 0;
  // Why it is no name of an image: INVALID_ARGUMENT, reason INVALID_IMAGE_NAME.
  virtual Status CheckName(const std::string& reference) const = 0;
};

}  // namespace sandbox
