#pragma once

// One container on its way to its end. Owned by the runner's table and by the coroutines that work on it.
//
// A pod of several containers is a leader (its primary) with members: those share its spec, and never stand in the
// table.

#include <memory>
#include <string>
#include <vector>

#include "runner/image_puller.h"
#include "runner/log_file.h"
#include "runner/signal.h"
#include "runner/usage_log.h"
#include "sandbox/ports/container_runner.h"

namespace sandbox::runner {

struct Pod {
  Pod(PodSpec the_spec, std::string container_name, std::filesystem::path log_path, int64_t log_bytes_max,
      bool log_indexed, const Surroundings& surroundings)
      : spec(std::move(the_spec)),
        name(std::move(container_name)),
        wake(surroundings),
        usage(std::filesystem::path(log_path).replace_extension(".stat")),
        log(std::move(log_path), log_bytes_max, log_indexed),
        log_ended(surroundings) {}

  const ContainerSpec& Container() const { return spec.containers[spec.primary]; }
  bool Is(ContainerRole role) const { return Container().role == role; }

  PodSpec spec;               // a member's `primary` is its own container
  std::string name;           // of the container on the engine
  std::string network_mode;   // a member's; empty: the runner's
  std::weak_ptr<Pod> leader;  // a member's
  std::vector<std::shared_ptr<Pod>> members;
  bool members_started = false;
  bool network_left = false;     // a member's primary had ended: it has a network of its own
  std::string container;         // the engine's id, once there is one of ours
  std::string termination_file;  // on this host; empty when the engine cannot mount it
  PodReport last_report;
  model::PodFacts facts;

  bool adopt_only = false;  // nothing is created: an attempt that only has to be ended or removed
  bool quiet = false;       // nobody listens
  bool stop = false;
  bool stopping = false;  // a stop call is under way
  bool release = false;
  bool running = false;  // reported
  bool ran = false;      // started at some time: there is output to wait for
  bool over = false;
  bool deadline_passed = false;  // it was stopped for that
  Duration grace{};
  Instant active_since{};  // the first container of the pod was made then; the epoch: none yet
  int troubles = 0;        // failures in a row
  Signal wake;             // stop, release, shutdown

  std::shared_ptr<Pull> pull;
  UsageLog usage;
  bool usage_active = false;
  bool oom_killed = false;  // seen in its control group
  LogFile log;
  bool log_active = false;
  bool log_whole = false;    // read to its end
  bool log_suspect = false;  // the engine was away: an end of the stream need not be the end of the log
  Signal log_ended;
};

}  // namespace sandbox::runner
