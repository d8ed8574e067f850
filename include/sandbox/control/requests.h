#pragma once

// What clients ask about executions: validate, launch, read back. Texts and codes: protocol/control-plane 5 to 8.
//
// Thread: any; reads run on the calling thread. Those with a Reply answer later, on the loop or the writer thread.

#include <functional>

#include "flyteidl/admin/common.pb.h"
#include "flyteidl/admin/event.pb.h"
#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/node_execution.pb.h"
#include "flyteidl/admin/signal.pb.h"
#include "flyteidl/admin/task_execution.pb.h"
#include "flyteidl/service/dataproxy.pb.h"
#include "sandbox/base/reply.h"
#include "sandbox/engine/run.h"
#include "sandbox/executor/executions.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_store.h"
#include "sandbox/ports/url_signer.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

struct FlyteUrl;

struct RequestDeps {
  registry::RegistryConfig config;
  registry::Registry& registry;
  MetadataStore& store;
  ObjectStore& objects;
  executor::Executions& executions;
  UrlSigner& signer;
  Clock& clock;
  Entropy& entropy;
  uint64_t inputs_bytes_max = 10 * 1024 * 1024;  // inputs of an execution that a client starts
  std::function<Status(const executor::LaunchRequest&)>
      fits{};  // can it ever run on this machine? Any thread; may be empty
};

struct ScheduledTick {
  EntityId launch_plan;
  Instant active_since{};
  Instant at{};
  std::string kickoff_argument;  // empty: none
};

// flyteidl.service.AdminService (executions), DataProxyService and SignalService, by their names there.
class Requests {
 public:
  explicit Requests(RequestDeps deps) : deps_(std::move(deps)) {}

  void CreateExecution(const flyteidl::admin::ExecutionCreateRequest& request,
                       Reply<flyteidl::admin::ExecutionCreateResponse> reply);
  void RelaunchExecution(const flyteidl::admin::ExecutionRelaunchRequest& request,
                         Reply<flyteidl::admin::ExecutionCreateResponse> reply);
  void RecoverExecution(const flyteidl::admin::ExecutionRecoverRequest& request,
                        Reply<flyteidl::admin::ExecutionCreateResponse> reply);
  // For a launch-plan node of a running execution; ALREADY_EXISTS when the child is there.
  void LaunchChild(const engine::LaunchChild& child, const NodeExecutionId& parent, std::function<void(Status)> done);
  // Creates the execution of a schedule's tick and remembers the tick in the same commit. ALREADY_EXISTS when it was
  // created before; FAILED_PRECONDITION with reason NOT_ACTIVE when the launch plan is not what it was when the tick
  // was planned.
  void FireSchedule(const ScheduledTick& tick, Reply<flyteidl::admin::ExecutionCreateResponse> reply);
  void TerminateExecution(const flyteidl::admin::ExecutionTerminateRequest& request,
                          Reply<flyteidl::admin::ExecutionTerminateResponse> reply);
  void UpdateExecution(const flyteidl::admin::ExecutionUpdateRequest& request,
                       Reply<flyteidl::admin::ExecutionUpdateResponse> reply);
  Result<flyteidl::admin::Execution> GetExecution(const flyteidl::admin::WorkflowExecutionGetRequest& request);
  Result<flyteidl::admin::ExecutionList> ListExecutions(const flyteidl::admin::ResourceListRequest& request);
  Result<flyteidl::admin::WorkflowExecutionGetDataResponse> GetExecutionData(
      const flyteidl::admin::WorkflowExecutionGetDataRequest& request);
  Result<flyteidl::admin::WorkflowExecutionGetMetricsResponse> GetExecutionMetrics(
      const flyteidl::admin::WorkflowExecutionGetMetricsRequest& request);
  Result<flyteidl::admin::NodeExecution> GetNodeExecution(const flyteidl::admin::NodeExecutionGetRequest& request);
  Result<flyteidl::admin::NodeExecutionList> ListNodeExecutions(
      const flyteidl::admin::NodeExecutionListRequest& request);
  Result<flyteidl::admin::NodeExecutionList> ListNodeExecutionsForTask(
      const flyteidl::admin::NodeExecutionForTaskListRequest& request);
  Result<flyteidl::admin::NodeExecutionGetDataResponse> GetNodeExecutionData(
      const flyteidl::admin::NodeExecutionGetDataRequest& request);
  Result<flyteidl::admin::DynamicNodeWorkflowResponse> GetDynamicNodeWorkflow(
      const flyteidl::admin::GetDynamicNodeWorkflowRequest& request);
  Result<flyteidl::admin::TaskExecution> GetTaskExecution(const flyteidl::admin::TaskExecutionGetRequest& request);
  Result<flyteidl::admin::TaskExecutionList> ListTaskExecutions(
      const flyteidl::admin::TaskExecutionListRequest& request);
  Result<flyteidl::admin::TaskExecutionGetDataResponse> GetTaskExecutionData(
      const flyteidl::admin::TaskExecutionGetDataRequest& request);

  Result<flyteidl::service::CreateUploadLocationResponse> CreateUploadLocation(
      const flyteidl::service::CreateUploadLocationRequest& request);
  Result<flyteidl::service::CreateDownloadLocationResponse> CreateDownloadLocation(
      const flyteidl::service::CreateDownloadLocationRequest& request);
  Result<flyteidl::service::CreateDownloadLinkResponse> CreateDownloadLink(
      const flyteidl::service::CreateDownloadLinkRequest& request);
  Result<flyteidl::service::GetDataResponse> GetData(const flyteidl::service::GetDataRequest& request);

  void GetOrCreateSignal(const flyteidl::admin::SignalGetOrCreateRequest& request,
                         Reply<flyteidl::admin::Signal> reply);
  Result<flyteidl::admin::SignalList> ListSignals(const flyteidl::admin::SignalListRequest& request);
  void SetSignal(const flyteidl::admin::SignalSetRequest& request, Reply<flyteidl::admin::SignalSetResponse> reply);

  // Events of the reference's engine. Never ok: what is wrong with the event, else FAILED_PRECONDITION, because only
  // this server's engine changes the state of a run.
  Status CheckWorkflowEvent(const flyteidl::admin::WorkflowExecutionEventRequest& request);
  Status CheckNodeEvent(const flyteidl::admin::NodeExecutionEventRequest& request);
  Status CheckTaskEvent(const flyteidl::admin::TaskExecutionEventRequest& request);

 private:
  Result<flyteidl::service::GetDataResponse> GetAttemptData(const FlyteUrl& url);
  // kEnded: one that still runs is refused.
  enum class Recovers { kEnded, kAny };
  void Recover(const flyteidl::admin::ExecutionRecoverRequest& request, Recovers what,
               Reply<flyteidl::admin::ExecutionCreateResponse> reply);

  RequestDeps deps_;
};

}  // namespace sandbox::control
