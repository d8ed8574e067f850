#pragma once

// The verbs. Each is a client of the running sandbox and returns the process's exit code.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/home.h"

namespace sandbox::cli {

// Documented in docs/reference/exit-codes.md; stable.
enum ExitCode : int {
  kExitOk = 0,
  kExitOther = 1,
  kExitUsage = 2,
  kExitNotRunning = 3,
  kExitPortTaken = 4,
  kExitDockerUnreachable = 5,
  kExitTimeout = 6,
  kExitExecutionFailed = 7,
  kExitExecutionAborted = 8,
  kExitStateLocked = 9,
  kExitDoctorFailures = 10,
};

struct Common {
  Home home;
  bool json = false;
  std::string program = "sandbox";  // as it was called
  std::string home_option;          // as it was given; empty: it was not
};

struct Place {
  std::string project = "flytesnacks";
  std::string domain = "development";
  bool given = false;  // by -p or -d
};

struct StartOptions {
  uint16_t port_base = 30000;
  bool auto_ports = false;
  bool foreground = false;
  std::string preset;  // empty: the configuration's, else standard
};

// What `start` prints, from a sandbox that already answers.
int PrintBanner(const Common& common, const RuntimeInfo& info, bool already_running);
// Waits until a gRPC, an HTTP and an S3 round trip have succeeded. False after `timeout_ms`; `why` tells what did not
// answer.
bool WaitUntilServing(const RuntimeInfo& info, int timeout_ms, std::string& why);

int StatusVerb(const Common& common);
int StopVerb(const Common& common);
int StopProcess(const Common& common);  // says only what goes wrong
int ExecVerb(const Common& common, const std::vector<std::string>& command);
int VersionVerb(const Common& common);
// Variables as lines for `eval`.
int EnvVerb(const Common& common);
// An empty execution: all pods of the namespace; an empty namespace: of all.
int PodsVerb(const Common& common, const Place& place, const std::string& execution, const std::string& pod_namespace);
// `target`: a pod, an execution, or EXECUTION/NODE. Of several pods it lists the names.
int LogsVerb(const Common& common, const Place& place, const std::string& target, const std::string& pod_namespace,
             bool follow);
int ProjectsVerb(const Common& common);
int ExecutionsVerb(const Common& common, const Place& place, int limit);
int GetVerb(const Common& common, const Place& place, const std::string& name);
// Sets a signal that an open gate waits for, also of an execution that this one launched. An empty signal: the only
// one.
int SetVerb(const Common& common, const Place& place, const std::string& execution, const std::string& signal,
            const std::string& value);
int ApproveVerb(const Common& common, const Place& place, const std::string& execution, const std::string& signal,
                bool approved);

// Prints to standard error and returns `code`.
int Complain(ExitCode code, const std::string& message);
int NotRunning(const Common& common);

}  // namespace sandbox::cli
