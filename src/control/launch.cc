#include "control/launch.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "control/ids.h"
#include "control/inputs.h"
#include "control/launch_checks.h"
#include "control/listing.h"
#include "control/overrides.h"
#include "control/settings.h"
#include "idl/ids.h"
#include "sandbox/base/log.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

// Executions that start each other: one that starts itself would fill the machine. (Dynamic tasks may do so with an end
// in sight.)
constexpr uint32_t kNestingMax = 64;

// What a launch plan or a task comes to: the workflow to run and how its inputs are checked.
struct Target {
  EntityId entity;
  EntityId workflow;
  std::shared_ptr<const core::CompiledWorkflowClosure> compiled;
  admin::LaunchPlanSpec launch_plan;  // empty for a task
  core::ParameterMap expected_inputs;
  std::shared_ptr<const TaskWrapper> wrapper;  // set for a task

  bool IsTask() const { return wrapper != nullptr; }
};

Result<Target> LaunchPlanTarget(MetadataReader& reader, const EntityId& id) {
  auto row = reader.FindEntity(id);
  if (!row) return std::unexpected(registry::MissingEntity("LAUNCH_PLAN", id));
  Target target;
  target.entity = id;
  admin::LaunchPlanClosure closure;
  if (!target.launch_plan.ParseFromString(row->spec) || !closure.ParseFromString(row->closure)) {
    return Internal(Cat("the stored launch plan ", id.name, " cannot be read"));
  }
  target.expected_inputs = closure.expected_inputs();
  target.workflow = registry::FromIdl(target.launch_plan.workflow_id());
  target.workflow.kind = EntityKind::kWorkflow;
  auto workflow = reader.FindEntity(target.workflow);
  if (!workflow) return std::unexpected(registry::MissingEntity("WORKFLOW", target.workflow));
  auto compiled = std::make_shared<core::CompiledWorkflowClosure>();
  if (!compiled->ParseFromString(workflow->closure))
    return Internal(Cat("the stored workflow ", target.workflow.name, " cannot be read"));
  target.compiled = std::move(compiled);
  return target;
}

Result<Target> TaskTarget(MetadataReader& reader, const EntityId& id, Instant now) {
  auto row = reader.FindEntity(id);
  if (!row) return std::unexpected(registry::MissingEntity("TASK", id));
  auto wrapped = WrapTask(reader, *row, now);
  if (!wrapped) return std::unexpected(std::move(wrapped.error()));
  Target target;
  target.entity = id;
  target.workflow = wrapped->workflow.id;
  target.compiled = wrapped->compiled;
  target.expected_inputs = wrapped->expected_inputs;
  target.wrapper = std::make_shared<const TaskWrapper>(std::move(*wrapped));
  return target;
}

// What a child takes over from the execution whose node starts it: principal, depth, cluster label.
Status InheritFromParent(MetadataReader& reader, admin::ExecutionSpec* spec, model::ExecutionRecord* record) {
  if (!spec->metadata().has_parent_node_execution()) return {};
  const NodeExecutionId parent = idl::FromIdl(spec->metadata().parent_node_execution());
  if (!reader.FindNode(parent)) return MissingNode(parent);
  auto source = reader.FindExecution(parent.execution);
  if (!source) return MissingExecution(parent.execution);
  admin::ExecutionSpec source_spec;
  source_spec.ParseFromString(source->spec);
  if (source_spec.metadata().nesting() >= kNestingMax) {
    return Fail(
        Code::kFailedPrecondition, "NESTING_LIMIT",
        Cat("launch plan [", spec->launch_plan().name(), "] cannot start: executions start each other ", kNestingMax,
            " levels deep already, which is the limit; does it start itself? Give the recursion an end, or use a loop "
            "in one task"));
  }
  auto* metadata = spec->mutable_metadata();
  metadata->set_principal(source_spec.metadata().principal());
  metadata->set_nesting(source_spec.metadata().nesting() + 1);
  if (!spec->has_execution_cluster_label() && source_spec.has_execution_cluster_label()) {
    *spec->mutable_execution_cluster_label() = source_spec.execution_cluster_label();
  }
  record->parent_node = parent;
  record->user = source->user;
  return {};
}

std::vector<std::pair<std::string, std::string>> Tags(const admin::ExecutionSpec& spec) {
  std::map<std::string, std::string> labels(spec.labels().values().begin(), spec.labels().values().end());
  std::vector<std::pair<std::string, std::string>> tags(labels.begin(), labels.end());
  for (const auto& tag : spec.tags()) tags.emplace_back(tag, "");
  return tags;
}

void SetTarget(const Target& target, model::ExecutionRecord* record) {
  record->launch_plan = target.entity;
  record->workflow = target.workflow;
  if (target.IsTask()) record->task = target.entity;
}

// The spec as it is read back: principal and system metadata are the server's, the settings in force are not written
// back but for the identity and, for launch plans, the parallelism.
Status SetSpec(MetadataReader& reader, const admin::ExecutionCreateRequest& request, const Target& target,
               const EffectiveSettings& settings, model::ExecutionRecord* record, admin::ExecutionSpec* spec) {
  *spec = request.spec();
  auto* metadata = spec->mutable_metadata();
  metadata->clear_principal();
  if (auto ok = InheritFromParent(reader, spec, record); !ok) return ok;
  metadata->mutable_system_metadata()->Clear();
  metadata->mutable_system_metadata()->set_namespace_(record->id.Namespace());
  *spec->mutable_security_context() = settings.security_context;
  if (!target.IsTask()) spec->set_max_parallelism(static_cast<int32_t>(settings.run.max_parallelism));
  record->spec = spec->SerializeAsString();
  record->mode = metadata->mode();
  if (metadata->has_reference_execution()) record->reference = idl::FromIdl(metadata->reference_execution());
  record->tags = Tags(*spec);
  return {};
}

// Stored as failed, never run.
void SetRefused(model::ExecutionError error, model::ExecutionRecord* record) {
  record->phase = model::ExecutionPhase::kFailed;
  record->error = std::move(error);
  record->updated_at = record->created_at;
}

std::optional<model::ExecutionError> FindRefusal(const Target& target, const EffectiveSettings& settings,
                                                 const admin::ExecutionSpec& spec, const std::string& name) {
  auto refusal = EngineRefusal(name, spec.execution_cluster_label().value(), settings.run.annotations,
                               settings.security_context.run_as().iam_role());
  return refusal ? refusal : BadResourceOverride(*target.compiled);
}

// The reference stores the tags first: a tag that the existing execution also has is what it reports.
std::unexpected<Error> NameTaken(const model::ExecutionRecord& existing, const model::ExecutionRecord& asked) {
  const bool shared = std::ranges::any_of(
      asked.tags, [&](const auto& tag) { return std::ranges::find(existing.tags, tag) != existing.tags.end(); });
  return DuplicateKey(shared ? "execution_tags_pkey" : "executions_pkey");
}

// The oldest executions that count against the launch plan's limit.
std::string ActiveNames(MetadataReader& reader, const EntityId& launch_plan, uint64_t active) {
  constexpr uint64_t kNamesMax = 5;
  ListQuery query;
  query.conditions = {Equal(ListEntity::kLaunchPlan, "project", launch_plan.project),
                      Equal(ListEntity::kLaunchPlan, "domain", launch_plan.domain),
                      Equal(ListEntity::kLaunchPlan, "name", launch_plan.name),
                      {ListEntity::kExecution, "phase", FilterOp::kIn, {"QUEUED", "RUNNING"}}};
  query.ascending = true;
  query.limit = kNamesMax;
  const auto records = reader.ListExecutions(query);
  std::string out;
  for (const auto& record : records ? *records : std::vector<model::ExecutionRecord>{})
    out += Cat(out.empty() ? "" : ", ", record.id.name);
  return active > kNamesMax ? Cat(out, " and ", active - kNamesMax, " more") : out;
}

// Counted again where it is decided: on the writer thread, in the commit that stores the execution.
std::function<Status(MetadataWriter&)> InSameCommit(const Target& target) {
  if (target.IsTask()) {
    if (target.wrapper->stored) return {};
    return [wrapper = target.wrapper](MetadataWriter& writer) { return StoreWrapper(writer, *wrapper); };
  }
  const auto& policy = target.launch_plan.concurrency_policy();
  if (policy.max() <= 0 || policy.behavior() != admin::CONCURRENCY_LIMIT_BEHAVIOR_SKIP) return {};
  return [id = target.entity, max = policy.max()](MetadataWriter& writer) -> Status {
    const uint64_t active = writer.CountActiveExecutions(id.project, id.domain, id.name);
    if (active < static_cast<uint64_t>(max)) return {};
    // Not ALREADY_EXISTS, as the reference has it: clients take that for an execution that they asked for before.
    return Fail(Code::kResourceExhausted, "CONCURRENCY_LIMIT",
                Cat("concurrency limit (", max, ") reached for launch plan ", id.name,
                    "; skipping execution. Queued or running: ", ActiveNames(writer, id, active),
                    ". Start it again when one has ended, or register the launch plan with a higher limit"));
  };
}

Result<executor::LaunchRequest> BuildLaunch(MetadataReader& reader, const RequestDeps& deps,
                                            const admin::ExecutionCreateRequest& request, const Target& target) {
  auto inputs = ResolveInputs(request.inputs(), target.launch_plan.fixed_inputs(), target.expected_inputs,
                              Cat(target.IsTask() ? "task [" : "launch plan [", target.entity.name, "]"));
  if (!inputs) return std::unexpected(std::move(inputs.error()));
  if (auto ok = CheckClusterPool(reader, request); !ok) return std::unexpected(std::move(ok.error()));
  const SettingsSources sources{request, target.IsTask() ? nullptr : &target.launch_plan, target.workflow};
  const EffectiveSettings settings = ResolveSettings(reader, deps.config, sources);

  executor::LaunchRequest launch;
  auto& record = launch.record;
  record.id = {request.project(), request.domain(),
               request.name().empty() ? GenerateExecutionName(deps.entropy) : request.name()};
  record.created_at = record.updated_at = record.state_changed_at = deps.clock.Now();
  SetTarget(target, &record);
  admin::ExecutionSpec spec;
  if (auto ok = SetSpec(reader, request, target, settings, &record, &spec); !ok)
    return std::unexpected(std::move(ok.error()));
  admin::NotificationList notifications;
  *notifications.mutable_notifications() = settings.notifications;
  record.notifications = notifications.SerializeAsString();
  record.inputs = inputs->SerializeAsString();
  record.user_inputs = request.inputs().SerializeAsString();
  record.settings = settings.run;
  if (auto refusal = FindRefusal(target, settings, spec, record.id.name)) {
    if (target.IsTask()) return InvalidArgument(refusal->message);
    SetRefused(std::move(*refusal), &record);
  }
  launch.compiled = target.compiled;
  launch.also = InSameCommit(target);
  if (deps.fits) {
    if (auto fits = deps.fits(launch); !fits) return std::unexpected(std::move(fits.error()));
  }
  return launch;
}

void KeepCopy(const RequestDeps& deps, const ExecutionId& id, std::string_view name, std::string_view bytes) {
  const ObjectLayout& layout = deps.config.layout;
  const std::string key = Cat(layout.ExecutionKey(id), "/", name);
  auto put = deps.objects.Put(layout.bucket, key, bytes, Durability::kCached);
  if (!put) Log(LogLevel::kWarning, "requests", Cat("cannot keep ", key, ": ", put.error().message));
}

}  // namespace

Prepared PrepareLaunch(MetadataReader& reader, const RequestDeps& deps, admin::ExecutionCreateRequest request) {
  if (request.inputs().literals().empty() && request.spec().has_inputs())
    *request.mutable_inputs() = request.spec().inputs();  // very old clients
  if (auto ok = CheckLaunch(reader, request); !ok) return {std::unexpected(std::move(ok.error())), nullptr};
  const EntityId id = registry::FromIdl(request.spec().launch_plan());
  auto target = id.kind == EntityKind::kTask ? TaskTarget(reader, id, deps.clock.Now()) : LaunchPlanTarget(reader, id);
  if (!target) return {std::unexpected(std::move(target.error())), nullptr};
  auto launch = BuildLaunch(reader, deps, request, *target);
  if (launch) {
    if (const auto existing = reader.FindExecution(launch->record.id)) launch = NameTaken(*existing, launch->record);
  }
  const bool owes_rows = target->IsTask() && !target->wrapper->stored;
  return {std::move(launch), owes_rows ? target->wrapper : nullptr};
}

std::string GenerateExecutionName(Entropy& entropy) {
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  constexpr size_t kRandom = 19;
  std::string name = "a";
  for (size_t i = 0; i < kRandom; ++i) name += kAlphabet[entropy.Next() % kAlphabet.size()];
  return name;
}

void Launch(const RequestDeps& deps, Prepared prepared, Reply<admin::ExecutionCreateResponse> reply) {
  if (!prepared.launch) {
    if (!prepared.wrapper) return reply(std::unexpected(std::move(prepared.launch.error())));
    deps.store.Write([wrapper = prepared.wrapper](MetadataWriter& writer) { return StoreWrapper(writer, *wrapper); },
                     [error = std::move(prepared.launch.error()), reply = std::move(reply)](Status) {
                       reply(std::unexpected(error));
                     });
    return;
  }
  const auto& record = prepared.launch->record;
  KeepCopy(deps, record.id, "inputs", record.inputs);
  KeepCopy(deps, record.id, "user_inputs", record.user_inputs);
  admin::ExecutionCreateResponse response;
  *response.mutable_id() = idl::ToIdl(record.id);
  deps.executions.Launch(std::move(*prepared.launch),
                         [response = std::move(response), reply = std::move(reply)](Status launched) {
                           if (!launched) return reply(std::unexpected(std::move(launched.error())));
                           reply(response);
                         });
}

}  // namespace sandbox::control
