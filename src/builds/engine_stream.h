#pragma once

// What an engine's own builder or BuildKit says while it builds: lines of JSON -> what happened. Pure.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::builds {

struct BuildEvent {
  enum class Kind {
    kStep,     // an instruction begins: number, total, text
    kCached,   // it is not done again
    kStopped,  // it was ended because another failed
    kOutput,   // text, of a command or of the builder; is_stderr
    kPull,     // of a base image: layer, text, bytes, total_bytes
    kImage,    // text: the id of what was built
    kLoaded,   // text: an image that was read from an archive
    kFailed,   // text, and the command's exit code; -1: no command ended it
  };
  Kind kind = Kind::kOutput;
  std::string text{};
  bool is_stderr = false;
  int number = 0, total = 0;  // of a step, in the order in which they are done
  bool by_text = false;       // that order is not the Dockerfile's: its instruction is found by its text
  std::string layer{};
  int64_t bytes = 0, total_bytes = 0;
  int exit_code = -1;
};

class BuildTrace;

class EngineStream {
 public:
  using Tell = std::function<void(const BuildEvent&)>;
  explicit EngineStream(Tell tell);
  ~EngineStream();

  // Bytes of the reply in pieces of any size. INTERNAL, reason BAD_REPLY: they are not such lines.
  Status Take(std::string_view bytes);
  // What is left when the reply has ended.
  Status End();

 private:
  Status Line(std::string_view line);
  void Stream(const std::string& text);

  const Tell tell_;
  std::string pending_;
  int step_ = 0, steps_ = 0;  // of the last step that began
  const std::unique_ptr<BuildTrace> trace_;
};

}  // namespace sandbox::builds
