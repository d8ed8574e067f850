#include "api/v1/execution_methods.h"

#include "api/v1/execution_service.h"
#include "api/v1/service_binder.h"
#include "flyteidl/admin/version.pb.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace {

using Binder = ServiceBinder<ExecutionService>;

void AddAdmin(Binder bind) {
  bind.Add("CreateExecution", &ExecutionService::CreateExecution);
  bind.Add("RelaunchExecution", &ExecutionService::RelaunchExecution);
  bind.Add("RecoverExecution", &ExecutionService::RecoverExecution);
  bind.Add("TerminateExecution", &ExecutionService::TerminateExecution);
  bind.Add("UpdateExecution", &ExecutionService::UpdateExecution);
  bind.Add("GetExecution", &ExecutionService::GetExecution);
  bind.Add("ListExecutions", &ExecutionService::ListExecutions);
  bind.Add("GetExecutionData", &ExecutionService::GetExecutionData);
  bind.Add("GetExecutionMetrics", &ExecutionService::GetExecutionMetrics);
  bind.Add("GetNodeExecution", &ExecutionService::GetNodeExecution);
  bind.Add("ListNodeExecutions", &ExecutionService::ListNodeExecutions);
  bind.Add("ListNodeExecutionsForTask", &ExecutionService::ListNodeExecutionsForTask);
  bind.Add("GetNodeExecutionData", &ExecutionService::GetNodeExecutionData);
  bind.Add("GetDynamicNodeWorkflow", &ExecutionService::GetDynamicNodeWorkflow);
  bind.Add("GetTaskExecution", &ExecutionService::GetTaskExecution);
  bind.Add("ListTaskExecutions", &ExecutionService::ListTaskExecutions);
  bind.Add("GetTaskExecutionData", &ExecutionService::GetTaskExecutionData);
  bind.AddCheck<admin::WorkflowExecutionEventResponse>("CreateWorkflowEvent", &ExecutionService::CheckWorkflowEvent);
  bind.AddCheck<admin::NodeExecutionEventResponse>("CreateNodeEvent", &ExecutionService::CheckNodeEvent);
  bind.AddCheck<admin::TaskExecutionEventResponse>("CreateTaskEvent", &ExecutionService::CheckTaskEvent);
}

}  // namespace

void AddExecutionMethods(MethodTable& table, ExecutionService& executions, const VersionInfo& version) {
  AddAdmin(Binder(table, executions, "flyteidl.service.AdminService"));
  table.Add<admin::GetVersionRequest, admin::GetVersionResponse>(
      "flyteidl.service.AdminService/GetVersion",
      [version](const admin::GetVersionRequest&) -> Result<admin::GetVersionResponse> {
        admin::GetVersionResponse out;
        out.mutable_control_plane_version()->set_version(version.version);
        out.mutable_control_plane_version()->set_build(version.build);
        out.mutable_control_plane_version()->set_buildtime(version.build_time);
        return out;
      });

  Binder data(table, executions, "flyteidl.service.DataProxyService");
  data.Add("CreateUploadLocation", &ExecutionService::CreateUploadLocation);
  data.Add("CreateDownloadLocation", &ExecutionService::CreateDownloadLocation);
  data.Add("CreateDownloadLink", &ExecutionService::CreateDownloadLink);
  data.Add("GetData", &ExecutionService::GetData);

  Binder signals(table, executions, "flyteidl.service.SignalService");
  signals.Add("GetOrCreateSignal", &ExecutionService::GetOrCreateSignal);
  signals.Add("ListSignals", &ExecutionService::ListSignals);
  signals.Add("SetSignal", &ExecutionService::SetSignal);
}

}  // namespace sandbox::api
