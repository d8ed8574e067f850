#pragma once

// How a build by BuildKit goes on: the engine's messages moby.buildkit.trace (StatusResponse of BuildKit's control
// API) -> events of one step after the other. Steps that run side by side are told in the order in which they began,
// each whole: what the later ones say waits until the one before has ended. Pure.

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "builds/engine_stream.h"

namespace sandbox::builds {

class BuildTrace {
 public:
  using Tell = std::function<void(const BuildEvent&)>;
  explicit BuildTrace(Tell tell) : tell_(std::move(tell)) {}

  // One message. INTERNAL, reason BAD_REPLY: it is none.
  Status Take(std::string_view message);

 private:
  // A step of the Dockerfile, by the digest of its vertex.
  struct Step {
    std::string text;
    bool begun = false, told = false, ended = false;
    std::vector<BuildEvent> waiting;  // what it said before it was told
    std::string failure;
  };
  Status TakeVertex(std::string_view vertex);
  Status TakeStatus(std::string_view status);
  Status TakeLog(std::string_view log);
  Step* Find(const std::string& digest);
  void Say(const std::string& digest, BuildEvent event);
  // Goes on to the next step when the one that is told has ended.
  void GoOn();
  void Begin(std::string digest);
  void Fail(const std::string& digest);

  const Tell tell_;
  std::map<std::string, Step> steps_;
  std::deque<std::string> begun_;  // digests of steps that are not told yet
  std::string current_;            // the digest of the one that is told; empty: none
  int number_ = 0;
  bool failed_ = false;  // then nothing more is told
};

}  // namespace sandbox::builds
