#include "app/reach.h"

#include <chrono>

namespace sandbox::app {
namespace {

using namespace std::chrono_literals;
using Outcome = doctor::ReachFound::Outcome;

constexpr auto kTrialMax = 12s;

}  // namespace

doctor::ReachFound TryReach(runner::Trial& trial, const std::vector<std::string>& images,
                            const doctor::TaskPorts& ports) {
  doctor::ReachFound out;
  out.outcome = images.empty() ? Outcome::kNoImage : Outcome::kNoTool;
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string& image : images) {
    const auto said = trial.Run(image, doctor::ReachCommand(ports), kTrialMax);
    if (said) {
      out = doctor::ReadReach(*said, ports);
    } else if (said.error().reason == "ENGINE_TIMEOUT") {
      out.outcome = Outcome::kTooSlow;
    } else if (said.error().reason == "ENGINE_ERROR") {
      out.outcome = Outcome::kNotRun;
      out.why = said.error().message;
    }
    out.image = image;
    if (out.outcome != Outcome::kNoTool || std::chrono::steady_clock::now() > begin + kTrialMax / 2) break;
  }
  return out;
}

}  // namespace sandbox::app
