#pragma once

// The pod of an attempt: protocol/execution-engine 3 and 7.2. Pure.

#include <map>
#include <memory>
#include <string>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "resources.h"
#include "sandbox/base/error.h"
#include "sandbox/engine/run.h"
#include "template.h"

namespace sandbox::engine {

struct AttemptContext {
  const EngineConfig& config;
  const model::ExecutionRecord& execution;
  const flyteidl::core::Node& node;
  const flyteidl::core::TaskTemplate& task;
  const flyteidl::core::LiteralMap& inputs;  // as placeholders show them
  AttemptId id;
  bool interruptible = false;
  std::string node_id;                                  // as the workflow has it; "n3" for an item
  int item = -1;                                        // index in an array node or a map task
  std::string data_dir;                                 // where inputs.pb is
  std::string output_prefix;                            // of the attempt
  std::string previous_checkpoint;                      // empty: none
  std::optional<uint32_t> task_attempt = std::nullopt;  // of a subtask: its task's attempt, which its environment has
};

// Fails with the text after "could not build resource for task: ".
Result<PodSpec> BuildPod(const AttemptContext& context);

// What of a pod is kept with its row: no value of a variable, and no text without end.
std::shared_ptr<const model::PodDefinition> Define(const PodSpec& pod);

// The content of a Kubernetes pod specification (a Struct), before anything is filled in.
struct PodTemplate {
  struct Container {
    ContainerSpec spec;
    ResourceSet resources;
    bool shared_memory = false;  // spec.shm_size_bytes is meant, 0: as much as its memory
  };
  std::vector<Container> containers;  // init containers and sidecars first
  std::vector<PodVolume> volumes;
  std::vector<std::pair<std::string, std::string>> hosts;
  Duration active_max{};  // activeDeadlineSeconds; 0: none
  Duration stop_grace = std::chrono::seconds(30);
};
// Names of the pod are those of `pod`. Fails with the name of a field that is set and that one machine cannot have;
// fields that mean nothing there (affinity, probes ...) are left out.
Result<PodTemplate> ParsePodTemplate(const google::protobuf::Struct& spec, const PodSpec& pod);

// Whether the task has a container or a pod.
bool HasPod(const flyteidl::core::Node& node, const flyteidl::core::TaskTemplate& task);

TemplateValues MakeTemplateValues(const AttemptContext& context);
// The labels and annotations of pods and jobs.
void AddLabels(const AttemptContext& context, std::map<std::string, std::string>& labels,
               std::map<std::string, std::string>& annotations);

// Whether a command or argument may have a placeholder for this input.
bool MentionsInput(const flyteidl::core::Node& node, const flyteidl::core::TaskTemplate& task, const std::string& name);

// Whether a command or argument asks for the place of task.pb, which then has to be written.
bool UsesTaskTemplate(const flyteidl::core::TaskTemplate& task);

// "s3://{bucket}/data/{shard}/{generated name}", or below the prefix that the execution names.
std::string RawOutputPrefix(const ObjectLayout& layout, const model::ExecutionRecord& execution, const AttemptId& id);
std::string CheckpointUri(const ObjectLayout& layout, const model::ExecutionRecord& execution, const AttemptId& id);

}  // namespace sandbox::engine
