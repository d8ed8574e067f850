#pragma once

// A runner that gives pods their inputs as files and takes their outputs from files, for images that know nothing of
// Flyte, then leaves them to another runner: archives are made before the start and read after the end. Upstream does
// this work in containers beside the task's ("flyte-copilot-..."); their ends are told as upstream's clients see them.
//
// Thread: as ContainerRunner; archives are made and read on workers.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "pods/runner_wrapper.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::pods {

class FileRunner final : public RunnerWrapper {
 public:
  // `folder` is ours alone: what earlier processes left there is removed by Sweep. References outlive this and whatever
  // the workers still run.
  FileRunner(ContainerRunner& inner, ObjectStore& objects, Loop& loop, Workers& workers, Clock& clock,
             std::filesystem::path folder);

  void Start(PodSpec spec) override;
  void Stop(const AttemptId& id, Duration grace) override;
  void Release(const AttemptId& id) override;
  void Sweep(const std::vector<AttemptId>& alive) override;

 private:
  struct Attempt {
    enum class State {
      kPacking,     // its inputs become an archive
      kStarted,     // the inner runner has it
      kCollecting,  // its outputs are being stored
      kOver,        // `end` was told
    } state = State::kPacking;
    FileInterface files;
    bool stopped = false;
    std::optional<PodReport> end;
  };

  void Take(PodReport report) override;
  void OnPacked(std::shared_ptr<PodSpec> spec, const Status& packed);
  void Collect(Attempt& attempt, PodReport report);
  void EndWithoutInputs(const AttemptId& id, const std::string& why);
  void End(const AttemptId& id, PodReport report);
  void RemoveArchives(const FileInterface& files, bool inputs_only);

  ObjectStore& objects_;
  Loop& loop_;
  Workers& workers_;
  Clock& clock_;
  const std::filesystem::path folder_;    // of all processes
  const std::filesystem::path archives_;  // of this one
  std::map<AttemptId, Attempt> attempts_;
};

}  // namespace sandbox::pods
