// Attempts that are jobs of connectors: protocol/execution-engine 7.5.

#include "executor/executor.h"
#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/log.h"
#include "values/stored_values.h"

namespace sandbox::executor {
namespace {

// Who runs the execution, as its spec says.
void AddIdentity(const std::string& spec_bytes, JobMetadata& metadata) {
  flyteidl::admin::ExecutionSpec spec;
  if (!spec.ParseFromString(spec_bytes) || !spec.security_context().has_run_as()) return;
  metadata.identity = spec.security_context().run_as().SerializeAsString();
  metadata.service_account = spec.security_context().run_as().k8s_service_account();
}

}  // namespace

void Executor::Apply(engine::StartJob& effect) {
  const auto found = runs_.find(effect.request.id.node.execution);
  if (found == runs_.end()) return;
  auto shared = std::make_shared<engine::StartJob>(std::move(effect));
  deps_.workers.Run([this, shared, spec = found->second->run.record.spec] {
    AddIdentity(spec, shared->request.metadata);
    deps_.loop.Post([this, shared] {
      if (IsLive(shared->request.id)) jobs_.Start(std::move(shared->request), std::move(shared->job));
    });
  });
}

// A job that was created while its attempt ended is owed its deletion.
void Executor::OnJob(engine::JobReported report, const JobType& type) {
  if (IsLive(report.id)) return Advance(report.id.node.execution, report);
  if (report.what != engine::JobReported::What::kCreated) return;
  auto commit = std::make_shared<Commit>();
  const model::JobDeletion deletion{report.id, type.name, type.version, std::move(report.job)};
  commit->deletions.push_back(deletion);
  commit->durable = [this, deletion] { jobs_.Delete(deletion); };
  gate_.Add(std::move(commit));
}

void Executor::OnJobDeleted(const AttemptId& id) {
  auto commit = std::make_shared<Commit>();
  commit->also = [id](MetadataWriter& writer) -> Status {
    writer.DeleteJobDeletion(id);
    return {};
  };
  gate_.Add(std::move(commit));
}

}  // namespace sandbox::executor
