#pragma once

// What every ContainerRunner owes its caller (include/sandbox/ports/container_runner.h), as one suite: the Docker
// runner and the simulation's fake both pass it.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/ports/container_runner.h"

namespace sandbox::testing {

// What a container of the suite's pods does.
enum class Act {
  kSucceeds,
  kFails,  // exit code 3
  kRunsOutOfMemory,
  kWaits,  // until it is told to end
  kHasNoProgram,
  kHasNoImage,
};

struct Part {
  std::string name;
  Act act = Act::kSucceeds;
  ContainerRole role = ContainerRole::kApp;
};

// A runner and what it runs on.
class RunnerBench {
 public:
  virtual ~RunnerBench() = default;

  // A pod of these containers, whose primary is called "main". Two of different names are independent.
  virtual PodSpec Pod(const std::string& name, const std::vector<Part>& parts) = 0;
  virtual ContainerRunner& Runner() = 0;
  // Another process takes over: a new runner on the same engine. What was reported before is forgotten.
  virtual void Restart() = 0;
  // Lets things happen until `condition` holds; fails the test when that takes too long.
  virtual void Until(const std::string& what, const std::function<bool()>& condition) = 0;
  // Whether the engine has a container of the pod.
  virtual bool Exists(const PodSpec& pod) = 0;
  // As anyone may: with all its containers, by force.
  virtual void RemoveByHand(const PodSpec& pod) = 0;

  std::map<AttemptId, std::vector<PodReport>> reports;
};

using MakeBench = std::function<std::unique_ptr<RunnerBench>()>;
// To be called in a TEST_CASE: it has SECTIONs.
void CheckContainerRunner(const MakeBench& make);

}  // namespace sandbox::testing
