#pragma once

// An active launch plan with a schedule, and the workflow of one task that it starts.

#include <grpcpp/grpcpp.h>

#include <stdexcept>
#include <string>

#include "server/platform/platform.h"

namespace sandbox::testing {

inline void NeedOk(const grpc::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.error_message());
}

inline void FillId(idl::Identifier* id, idl::ResourceType type, const std::string& name, const std::string& version) {
  id->set_resource_type(type);
  id->set_project("flytesnacks");
  id->set_domain("development");
  id->set_name(name);
  id->set_version(version);
}

inline void SetPlanActive(Platform& platform, const std::string& name, const std::string& version, bool active) {
  admin::LaunchPlanUpdateRequest request;
  FillId(request.mutable_id(), idl::LAUNCH_PLAN, name, version);
  request.set_state(active ? admin::ACTIVE : admin::INACTIVE);
  admin::LaunchPlanUpdateResponse response;
  grpc::ClientContext context;
  NeedOk(platform.Admin().UpdateLaunchPlan(&context, request, &response));
}

// `kickoff`: the input that gets the tick's time; empty: none. The workflow is NAME-workflow, its task NAME-task.
inline void RegisterSchedule(Platform& platform, const std::string& name, const std::string& cron,
                             const std::string& kickoff = "") {
  platform.Task(name + "-task", "true");
  idl::LiteralType datetime;
  datetime.set_simple(idl::DATETIME);
  admin::WorkflowCreateRequest workflow;
  FillId(workflow.mutable_id(), idl::WORKFLOW, name + "-workflow", "v1");
  auto* definition = workflow.mutable_spec()->mutable_template_();
  *definition->mutable_id() = workflow.id();
  definition->mutable_interface()->mutable_inputs();
  definition->mutable_interface()->mutable_outputs();
  if (!kickoff.empty())
    *(*definition->mutable_interface()->mutable_inputs()->mutable_variables())[kickoff].mutable_type() = datetime;
  auto* node = definition->add_nodes();
  node->set_id("n0");
  FillId(node->mutable_task_node()->mutable_reference_id(), idl::TASK, name + "-task", "v1");
  admin::WorkflowCreateResponse made;
  grpc::ClientContext first;
  NeedOk(platform.Admin().CreateWorkflow(&first, workflow, &made));

  admin::LaunchPlanCreateRequest plan;
  FillId(plan.mutable_id(), idl::LAUNCH_PLAN, name, "v1");
  *plan.mutable_spec()->mutable_workflow_id() = workflow.id();
  auto* schedule = plan.mutable_spec()->mutable_entity_metadata()->mutable_schedule();
  schedule->mutable_cron_schedule()->set_schedule(cron);
  schedule->set_kickoff_time_input_arg(kickoff);
  plan.mutable_spec()->mutable_default_inputs();
  if (!kickoff.empty()) {
    auto& parameter = (*plan.mutable_spec()->mutable_default_inputs()->mutable_parameters())[kickoff];
    *parameter.mutable_var()->mutable_type() = datetime;
    parameter.set_required(true);
  }
  plan.mutable_spec()->mutable_fixed_inputs();
  admin::LaunchPlanCreateResponse planned;
  grpc::ClientContext second;
  NeedOk(platform.Admin().CreateLaunchPlan(&second, plan, &planned));
  SetPlanActive(platform, name, "v1", true);
}

}  // namespace sandbox::testing
