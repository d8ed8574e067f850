#pragma once

// One pod on its way to its end. Owned by the runner's table and by the coroutines that work on it.

#include <memory>
#include <string>

#include "runner/image_puller.h"
#include "runner/log_file.h"
#include "runner/signal.h"
#include "sandbox/ports/container_runner.h"

namespace sandbox::runner {

struct Pod {
  Pod(PodSpec the_spec, std::filesystem::path log_path, int64_t log_bytes_max, const boost::asio::any_io_executor& executor)
      : spec(std::move(the_spec)), wake(executor), log(std::move(log_path), log_bytes_max), log_ended(executor) {}

  PodSpec spec;
  std::string container;           // the engine's id, once there is one of ours
  std::string termination_file;    // on this host; empty when the engine cannot mount it
  PodReport last_report;

  bool adopt_only = false;         // nothing is created: an attempt that only has to be ended or removed
  bool quiet = false;              // nobody listens
  bool stop = false;
  bool stopping = false;           // a stop call is under way
  bool release = false;
  bool running = false;            // reported
  bool ran = false;                // started at some time: there is output to wait for
  bool over = false;
  Duration grace{};
  int troubles = 0;                // failures in a row
  Signal wake;                     // stop, release, shutdown

  std::shared_ptr<Pull> pull;
  LogFile log;
  bool log_active = false;
  bool log_whole = false;          // read to its end
  bool log_suspect = false;        // the engine was away: an end of the stream need not be the end of the log
  Signal log_ended;
};

}  // namespace sandbox::runner
