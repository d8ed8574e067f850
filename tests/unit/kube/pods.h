#pragma once

// Rows of pods as the engine writes them.

#include "api/kube/pod_object.h"

namespace sandbox::testing {

using namespace std::chrono_literals;

inline const Instant kNow = Instant(1'800'000'000s);

inline model::TaskRecord WaitingPod() {
  model::TaskRecord out;
  out.id = {{{"flytesnacks", "development", "f1"}, "n0"}, 0};
  out.generated_name = "f1-n0-0";
  out.task.name = "flows.train";
  out.created_at = kNow - 100s;
  out.updated_at = kNow - 100s;
  out.phase = model::TaskPhase::kQueued;
  out.pod_status = "Pending";
  auto definition = std::make_shared<model::PodDefinition>();
  definition->containers.push_back({.name = "f1-n0-0",
                                    .image = "flows:v1",
                                    .command = {},
                                    .args = {"pyflyte-execute"},
                                    .env_names = {"TOKEN"},
                                    .cpu_request_millis = 500,
                                    .cpu_limit_millis = 1000,
                                    .memory_request_bytes = int64_t{200} << 20,
                                    .memory_limit_bytes = int64_t{200} << 20});
  out.pod.definition = definition;
  return out;
}

inline model::TaskRecord RunningPod() {
  model::TaskRecord out = WaitingPod();
  out.phase = model::TaskPhase::kRunning;
  out.pod_status = "Running";
  out.containers_ready = 1;
  out.pod.facts.at = {.created = kNow - 100s,
                      .admitted = kNow - 99s,
                      .pull_started = kNow - 98s,
                      .pull_ended = kNow - 95s,
                      .started = kNow - 94s};
  out.started_at = kNow - 94s;
  out.pod.facts.container_id = "c0ffee";
  return out;
}

inline model::TaskRecord EndedPod(model::EndReason reason, int exit_code) {
  model::TaskRecord out = RunningPod();
  out.phase = exit_code == 0 ? model::TaskPhase::kSucceeded : model::TaskPhase::kFailed;
  out.pod_status = NameOf(reason);
  out.containers_ready = 0;
  out.exit_code = exit_code;
  out.pod_finished_at = out.updated_at = kNow - 10s;
  out.pod.ends.push_back({"f1-n0-0", exit_code, reason, exit_code == 0 ? "" : "it broke", kNow - 94s, kNow - 10s});
  return out;
}

}  // namespace sandbox::testing
