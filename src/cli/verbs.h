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
};

struct Place {
  std::string project = "flytesnacks";
  std::string domain = "development";
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
// Writes ~/.flyte/config-sandbox.yaml.
Status WriteClientConfig(const RuntimeInfo& info);

int StatusVerb(const Common& common);
int StopVerb(const Common& common);
int StopProcess(const Common& common);  // says only what goes wrong
int ExecVerb(const Common& common, const std::vector<std::string>& command);
int VersionVerb(const Common& common);
int PodsVerb(const Common& common, const std::string& pod_namespace);
int LogsVerb(const Common& common, const std::string& pod, const std::string& pod_namespace, bool follow);
int ExecutionsVerb(const Common& common, const Place& place, int limit);
int GetVerb(const Common& common, const Place& place, const std::string& name);

// Prints to standard error and returns `code`.
int Complain(ExitCode code, const std::string& message);
int NotRunning(const Common& common);

}  // namespace sandbox::cli
