#include "connectors/grpc/messages.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>

namespace sandbox::connectors {
namespace {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;
using model::TaskPhase;

constexpr size_t kJobBytesMax = 1024 * 1024;
constexpr size_t kMessageBytesMax = 16 * 1024;
constexpr size_t kInfoBytesMax = 256 * 1024;
constexpr size_t kLinkBytesMax = 8 * 1024;
constexpr int kLogLinksMax = 100;

// Of messages with maps the same bytes each time, so that what has not changed is seen not to have.
std::string Stable(const google::protobuf::Message& message) {
  std::string out;
  {
    google::protobuf::io::StringOutputStream stream(&out);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return out;
}

// At most so many bytes, and no part of a character.
std::string Cut(std::string text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

void SetCategory(const JobType& type, admin::TaskCategory* category) {
  category->set_name(type.name);
  category->set_version(type.version);
}

admin::TaskExecutionMetadata ToMetadata(const JobRequest& request) {
  const JobMetadata& metadata = request.metadata;
  const NodeExecutionId& node = request.id.node;
  admin::TaskExecutionMetadata out;
  core::TaskExecutionIdentifier& id = *out.mutable_task_execution_id();
  id.mutable_task_id()->set_resource_type(core::TASK);
  id.mutable_task_id()->set_project(metadata.task.project);
  id.mutable_task_id()->set_domain(metadata.task.domain);
  id.mutable_task_id()->set_name(metadata.task.name);
  id.mutable_task_id()->set_version(metadata.task.version);
  id.mutable_node_execution_id()->set_node_id(node.node);
  id.mutable_node_execution_id()->mutable_execution_id()->set_project(node.execution.project);
  id.mutable_node_execution_id()->mutable_execution_id()->set_domain(node.execution.domain);
  id.mutable_node_execution_id()->mutable_execution_id()->set_name(node.execution.name);
  id.set_retry_attempt(request.id.attempt);
  out.set_namespace_(metadata.pod_namespace);
  out.mutable_labels()->insert(metadata.labels.begin(), metadata.labels.end());
  out.mutable_annotations()->insert(metadata.annotations.begin(), metadata.annotations.end());
  out.set_k8s_service_account(metadata.service_account);
  for (const auto& [name, value] : metadata.envs) (*out.mutable_environment_variables())[name] = value;
  out.set_max_attempts(static_cast<int32_t>(metadata.attempts_max));
  out.set_interruptible(metadata.interruptible);
  if (!metadata.overrides.empty()) out.mutable_overrides()->ParseFromString(metadata.overrides);
  if (!metadata.identity.empty()) out.mutable_identity()->ParseFromString(metadata.identity);
  return out;
}

// The deprecated state stands where there is no phase.
TaskPhase PhaseOf(const admin::Resource& resource) {
  if (resource.phase() != core::TaskExecution::UNDEFINED) return static_cast<TaskPhase>(resource.phase());
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
  switch (resource.state()) {
    case admin::RETRYABLE_FAILURE: return TaskPhase::kRetryableFailed;
    case admin::PERMANENT_FAILURE: return TaskPhase::kFailed;
    case admin::PENDING: return TaskPhase::kInitializing;
    case admin::RUNNING: return TaskPhase::kRunning;
    case admin::SUCCEEDED: return TaskPhase::kSucceeded;
    default: return TaskPhase::kUndefined;
  }
#pragma clang diagnostic pop
}

}  // namespace

admin::CreateTaskRequest ToCreate(const JobRequest& request) {
  admin::CreateTaskRequest out;
  out.mutable_template_()->ParseFromString(request.task_template);
  out.mutable_inputs()->ParseFromString(request.inputs);
  out.set_output_prefix(request.output_prefix);
  *out.mutable_task_execution_metadata() = ToMetadata(request);
  return out;
}

std::pair<admin::ExecuteTaskSyncRequest, admin::ExecuteTaskSyncRequest> ToExecute(const JobRequest& request) {
  std::pair<admin::ExecuteTaskSyncRequest, admin::ExecuteTaskSyncRequest> out;
  admin::CreateRequestHeader& header = *out.first.mutable_header();
  header.mutable_template_()->ParseFromString(request.task_template);
  header.set_output_prefix(request.output_prefix);
  *header.mutable_task_execution_metadata() = ToMetadata(request);
  out.second.mutable_inputs()->ParseFromString(request.inputs);
  return out;
}

// The type stands twice: older services read the deprecated field.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
admin::GetTaskRequest ToGet(const JobRef& job) {
  admin::GetTaskRequest out;
  out.set_task_type(job.type.name);
  out.set_resource_meta(job.job);
  SetCategory(job.type, out.mutable_task_category());
  out.set_output_prefix(job.output_prefix);
  return out;
}

admin::DeleteTaskRequest ToDelete(const JobRef& job) {
  admin::DeleteTaskRequest out;
  out.set_task_type(job.type.name);
  out.set_resource_meta(job.job);
  SetCategory(job.type, out.mutable_task_category());
  return out;
}

std::vector<ConnectorInfo> FromList(const admin::ListAgentsResponse& response) {
  std::vector<ConnectorInfo> out;
  for (const admin::Agent& agent : response.agents()) {
    ConnectorInfo& info = out.emplace_back();
    info.sync = agent.is_sync();
    for (const admin::TaskCategory& category : agent.supported_task_categories())
      info.types.push_back({category.name(), category.version()});
    for (const std::string& name : agent.supported_task_types()) {
      if (std::ranges::find(info.types, name, &JobType::name) == info.types.end()) info.types.push_back({name, 0});
    }
  }
  return out;
}
#pragma clang diagnostic pop

Result<std::string> FromCreate(const admin::CreateTaskResponse& response) {
  const std::string& job = response.resource_meta();
  if (job.size() > kJobBytesMax)
    return Internal(Cat("the connector's resource_meta has ", job.size(), " bytes, allowed are ", kJobBytesMax));
  return job;
}

Result<JobResource> FromResource(const admin::Resource& resource) {
  JobResource out;
  out.phase = PhaseOf(resource);
  if (out.phase == TaskPhase::kUndefined || out.phase > TaskPhase::kRetryableFailed)
    return Internal(Cat("unknown execution phase [", static_cast<int>(resource.phase()), "]."));
  out.message = Cut(resource.message(), kMessageBytesMax);
  if (resource.has_outputs()) out.outputs = resource.outputs().SerializeAsString();
  for (int i = 0; i < std::min(resource.log_links_size(), kLogLinksMax); ++i) {
    const core::TaskLog& link = resource.log_links(i);
    if (link.uri().size() + link.name().size() <= kLinkBytesMax) out.logs.push_back({link.uri(), link.name()});
  }
  if (resource.has_custom_info()) out.custom_info = Stable(resource.custom_info());
  if (out.custom_info.size() > kInfoBytesMax) out.custom_info.clear();
  out.error_code = Cut(resource.agent_error().code(), kMessageBytesMax);
  return out;
}

}  // namespace sandbox::connectors
