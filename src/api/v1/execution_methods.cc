#include "api/v1/execution_methods.h"

#include "api/v1/service_binder.h"
#include "flyteidl/admin/version.pb.h"
#include "sandbox/control/requests.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
using control::Requests;

namespace {

using Binder = ServiceBinder<Requests>;

void AddAdmin(Binder bind) {
  bind.Add("CreateExecution", &Requests::CreateExecution);
  bind.Add("RelaunchExecution", &Requests::RelaunchExecution);
  bind.Add("RecoverExecution", &Requests::RecoverExecution);
  bind.Add("TerminateExecution", &Requests::TerminateExecution);
  bind.Add("UpdateExecution", &Requests::UpdateExecution);
  bind.Add("GetExecution", &Requests::GetExecution);
  bind.Add("ListExecutions", &Requests::ListExecutions);
  bind.Add("GetExecutionData", &Requests::GetExecutionData);
  bind.Add("GetExecutionMetrics", &Requests::GetExecutionMetrics);
  bind.Add("GetNodeExecution", &Requests::GetNodeExecution);
  bind.Add("ListNodeExecutions", &Requests::ListNodeExecutions);
  bind.Add("ListNodeExecutionsForTask", &Requests::ListNodeExecutionsForTask);
  bind.Add("GetNodeExecutionData", &Requests::GetNodeExecutionData);
  bind.Add("GetDynamicNodeWorkflow", &Requests::GetDynamicNodeWorkflow);
  bind.Add("GetTaskExecution", &Requests::GetTaskExecution);
  bind.Add("ListTaskExecutions", &Requests::ListTaskExecutions);
  bind.Add("GetTaskExecutionData", &Requests::GetTaskExecutionData);
  bind.AddCheck<admin::WorkflowExecutionEventResponse>("CreateWorkflowEvent", &Requests::CheckWorkflowEvent);
  bind.AddCheck<admin::NodeExecutionEventResponse>("CreateNodeEvent", &Requests::CheckNodeEvent);
  bind.AddCheck<admin::TaskExecutionEventResponse>("CreateTaskEvent", &Requests::CheckTaskEvent);
}

}  // namespace

void AddExecutionMethods(MethodTable& table, Requests& requests, const VersionInfo& version) {
  AddAdmin(Binder(table, requests, "flyteidl.service.AdminService"));
  table.Add<admin::GetVersionRequest, admin::GetVersionResponse>(
      "flyteidl.service.AdminService/GetVersion",
      [version](const admin::GetVersionRequest&) -> Result<admin::GetVersionResponse> {
        admin::GetVersionResponse out;
        out.mutable_control_plane_version()->set_version(version.version);
        out.mutable_control_plane_version()->set_build(version.build);
        out.mutable_control_plane_version()->set_buildtime(version.build_time);
        return out;
      });

  Binder data(table, requests, "flyteidl.service.DataProxyService");
  data.Add("CreateUploadLocation", &Requests::CreateUploadLocation);
  data.Add("CreateDownloadLocation", &Requests::CreateDownloadLocation);
  data.Add("CreateDownloadLink", &Requests::CreateDownloadLink);
  data.Add("GetData", &Requests::GetData);

  Binder signals(table, requests, "flyteidl.service.SignalService");
  signals.Add("GetOrCreateSignal", &Requests::GetOrCreateSignal);
  signals.Add("ListSignals", &Requests::ListSignals);
  signals.Add("SetSignal", &Requests::SetSignal);
}

}  // namespace sandbox::api
