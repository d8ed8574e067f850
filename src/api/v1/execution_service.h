#pragma once

// flyteidl.service.AdminService (executions), DataProxyService and SignalService, by their names there: decodes, checks
// the form of requests in upstream's order, calls one use case, encodes. Texts: protocol/control-plane 5 to 8.
//
// Thread: any. Methods with a Reply answer later, on any thread.

#include "api/method.h"
#include "flyteidl/admin/event.pb.h"
#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/node_execution.pb.h"
#include "flyteidl/admin/signal.pb.h"
#include "flyteidl/admin/task_execution.pb.h"
#include "flyteidl/service/dataproxy.pb.h"
#include "sandbox/control/requests.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/url_signer.h"

namespace sandbox::api {

struct FlyteUrl;

// References outlive the service.
struct ExecutionDeps {
  control::Requests& requests;
  MetadataStore& store;
  ObjectStore& objects;
  UrlSigner& signer;
  Clock& clock;
  Entropy& entropy;
  ObjectLayout layout{};
};

class ExecutionService {
 public:
  explicit ExecutionService(const ExecutionDeps& deps) : deps_(deps) {}

  void CreateExecution(const flyteidl::admin::ExecutionCreateRequest& request,
                       Reply<flyteidl::admin::ExecutionCreateResponse> reply);
  void RelaunchExecution(const flyteidl::admin::ExecutionRelaunchRequest& request,
                         Reply<flyteidl::admin::ExecutionCreateResponse> reply);
  void RecoverExecution(const flyteidl::admin::ExecutionRecoverRequest& request,
                        Reply<flyteidl::admin::ExecutionCreateResponse> reply);
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

  const ExecutionDeps deps_;
};

}  // namespace sandbox::api
