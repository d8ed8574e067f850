#pragma once

// Calls to connector services, which users run beside the platform: protocol/execution-engine 7.5. One method, one
// call; which service is asked, and when again, is the caller's business.
//
// Thread: every method is called on the core loop and every answer arrives on it, once. Nothing blocks.
// Failure: UNAVAILABLE when the service is not there (a call that was under way may have had its effect),
// DEADLINE_EXCEEDED when it does not answer in time; every other code is the service's own. The message is "rpc error:
// code = Internal desc = ...".

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/base/ids.h"
#include "sandbox/model/records.h"

namespace sandbox {

// As configured.
struct ConnectorEndpoint {
  std::string address;                  // "localhost:8000"
  std::vector<std::string> task_types;  // types that it serves unlisted; asynchronous, of every version
};

struct JobType {
  std::string name;
  int version = 0;
  auto operator<=>(const JobType&) const = default;
};

// One connector of a service.
struct ConnectorInfo {
  std::vector<JobType> types;
  bool sync = false;  // answers with the result at once: Execute instead of Create and Get
};

// admin.TaskExecutionMetadata.
struct JobMetadata {
  EntityId task;
  std::string pod_namespace;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::string service_account;
  std::vector<std::pair<std::string, std::string>> envs;
  uint32_t attempts_max = 1;
  bool interruptible = false;
  std::string overrides;  // core.TaskNodeOverrides
  std::string identity;   // core.Identity
};

struct JobRequest {
  AttemptId id;
  JobType type;
  std::string task_template;  // core.TaskTemplate, its arguments rendered
  std::string inputs;         // core.LiteralMap
  std::string output_prefix;
  JobMetadata metadata;
};

// A job that was created: `job` is the connector's name for it.
struct JobRef {
  JobType type;
  std::string job;
  std::string output_prefix;
};

// The state of a job. The deprecated field `state` is translated.
struct JobResource {
  model::TaskPhase phase = model::TaskPhase::kUndefined;
  std::string message;
  std::optional<std::string> outputs;  // core.LiteralMap; none: they are below the output prefix
  std::vector<model::TaskLog> logs;
  std::string custom_info;  // google.protobuf.Struct; empty: none
  std::string error_code;   // empty: none
  bool operator==(const JobResource&) const = default;
};

class ConnectorClient {
 public:
  template <typename T>
  using Done = std::function<void(Result<T>)>;

  virtual ~ConnectorClient() = default;

  // The answer of a service that does not know the call (UNIMPLEMENTED) is an empty list.
  virtual void List(const std::string& address, Done<std::vector<ConnectorInfo>> done) = 0;
  virtual void Create(const std::string& address, const JobRequest& request, Done<std::string> done) = 0;
  virtual void Execute(const std::string& address, const JobRequest& request, Done<JobResource> done) = 0;
  virtual void Get(const std::string& address, const JobRef& job, Done<JobResource> done) = 0;
  virtual void Delete(const std::string& address, const JobRef& job, std::function<void(Status)> done) = 0;
};

}  // namespace sandbox
