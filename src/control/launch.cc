#include "control/launch.h"

#include <string_view>
#include <utility>

#include "control/ids.h"
#include "control/inputs.h"
#include "control/launch_checks.h"
#include "control/listing.h"
#include "control/settings.h"
#include "idl/ids.h"
#include "idl/times.h"
#include "sandbox/base/log.h"
#include "sandbox/model/notifications.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

namespace {

// Executions that start each other: one that starts itself would fill the machine. (Dynamic tasks may do so with an end
// in sight.)
constexpr uint32_t kNestingMax = 64;

// What a child takes over from the execution whose node starts it: principal, depth, cluster label.
Status InheritFromParent(MetadataReader& reader, const NodeExecutionId& parent, admin::ExecutionSpec* spec,
                         model::ExecutionRecord* record) {
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

void SetOrigin(const LaunchOrigin& origin, admin::ExecutionMetadata* metadata, model::ExecutionRecord* record) {
  record->mode = origin.mode;
  record->reference = origin.reference;
  metadata->set_mode(static_cast<admin::ExecutionMetadata::ExecutionMode>(origin.mode));
  if (origin.parent) *metadata->mutable_parent_node_execution() = idl::ToIdl(*origin.parent);
  if (origin.reference) *metadata->mutable_reference_execution() = idl::ToIdl(*origin.reference);
  if (origin.scheduled_at) *metadata->mutable_scheduled_at() = idl::ToIdl(*origin.scheduled_at);
}

// The spec as it is read back: principal and system metadata are the server's, the settings in force are not written
// back but for the identity and, for launch plans, the parallelism.
Status SetSpec(MetadataReader& reader, const LaunchSpec& given, const Target& target, const EffectiveSettings& settings,
               model::ExecutionRecord* record, admin::ExecutionSpec* spec) {
  *spec = given.settings;
  *spec->mutable_launch_plan() = registry::ToIdl(given.target);
  auto* metadata = spec->mutable_metadata();
  metadata->clear_principal();
  SetOrigin(given.origin, metadata, record);
  if (given.origin.parent) {
    if (auto ok = InheritFromParent(reader, *given.origin.parent, spec, record); !ok) return ok;
  }
  metadata->mutable_system_metadata()->Clear();
  metadata->mutable_system_metadata()->set_namespace_(record->id.Namespace());
  *spec->mutable_security_context() = settings.security_context;
  if (!target.IsTask()) spec->set_max_parallelism(static_cast<int32_t>(settings.run.max_parallelism));
  record->spec = spec->SerializeAsString();
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
  return refusal ? refusal : target.bad_override;
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
    if (!target.owed) return {};
    return [owed = target.owed](MetadataWriter& writer) { return StoreWrapper(writer, *owed); };
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

// Of an execution that never runs: the engine writes those of the others. Who looks into the bucket finds them.
void KeepInputs(const RequestDeps& deps, const model::ExecutionRecord& record) {
  const ObjectLayout& layout = deps.config.layout;
  for (const auto& [name, bytes] :
       {std::pair("inputs", &record.inputs), std::pair("user_inputs", &record.user_inputs)}) {
    const std::string key = Cat(layout.ExecutionKey(record.id), "/", name);
    auto put = deps.objects.Put(layout.bucket, key, *bytes, Durability::kCached);
    if (!put) Log(LogLevel::kWarning, "requests", Cat("cannot keep ", key, ": ", put.error().message));
  }
}

}  // namespace

Result<executor::LaunchRequest> Launcher::Build(MetadataReader& reader, LaunchSpec& given, const Target& target) {
  auto inputs = ResolveInputs(given.inputs, target.launch_plan.fixed_inputs(), target.expected_inputs,
                              Cat(target.IsTask() ? "task [" : "launch plan [", target.entity.name, "]"));
  if (!inputs) return std::unexpected(std::move(inputs.error()));
  if (auto ok = CheckClusterPool(reader, given); !ok) return std::unexpected(std::move(ok.error()));
  const EffectiveSettings settings =
      ResolveSettings(reader, deps_.config, {given, target.IsTask() ? nullptr : &target.launch_plan, target.workflow});

  executor::LaunchRequest launch;
  auto& record = launch.record;
  record.id = given.id;
  if (record.id.name.empty()) record.id.name = GenerateExecutionName(deps_.entropy);
  record.created_at = record.updated_at = record.state_changed_at = deps_.clock.Now();
  SetTarget(target, &record);
  admin::ExecutionSpec spec;
  if (auto ok = SetSpec(reader, given, target, settings, &record, &spec); !ok)
    return std::unexpected(std::move(ok.error()));
  record.notifications = model::StoreNotifications(settings.notifications);
  record.inputs = inputs->SerializeAsString();
  record.user_inputs = given.inputs.SerializeAsString();
  record.settings = settings.run;
  if (auto refusal = FindRefusal(target, settings, spec, record.id.name)) {
    if (target.IsTask()) return InvalidArgument(refusal->message);
    SetRefused(std::move(*refusal), &record);
  }
  launch.plan = target.plan;
  launch.also = InSameCommit(target);
  if (deps_.fits) {
    if (auto fits = deps_.fits(launch); !fits) return std::unexpected(std::move(fits.error()));
  }
  return launch;
}

Prepared Launcher::Prepare(MetadataReader& reader, LaunchSpec spec) {
  if (auto ok = CheckLaunch(reader, deps_.config, spec); !ok) return {std::unexpected(std::move(ok.error())), nullptr};
  auto target = targets_.Find(reader, spec.target, deps_.clock.Now());
  if (!target) return {std::unexpected(std::move(target.error())), nullptr};
  return {Build(reader, spec, **target), (*target)->owed};
}

std::string GenerateExecutionName(Entropy& entropy) {
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  constexpr size_t kRandom = 19;
  std::string name = "a";
  for (size_t i = 0; i < kRandom; ++i) name += kAlphabet[entropy.Next() % kAlphabet.size()];
  return name;
}

void Launcher::Launch(Prepared prepared, Reply<ExecutionId> reply) {
  // A refusal comes after the rows that are owed.
  const auto refuse = [&store = deps_.store, owed = std::move(prepared.owed), reply](Error error) {
    if (!owed) return reply(std::unexpected(std::move(error)));
    store.Write([owed](MetadataWriter& writer) { return StoreWrapper(writer, *owed); },
                [error = std::move(error), reply](const Status&) { reply(std::unexpected(error)); });
  };
  if (!prepared.launch) return refuse(std::move(prepared.launch.error()));
  const ExecutionId id = prepared.launch->record.id;
  if (model::IsTerminal(prepared.launch->record.phase)) KeepInputs(deps_, prepared.launch->record);
  deps_.executions.Launch(std::move(*prepared.launch), [id, refuse, reply = std::move(reply)](Status launched) {
    launched ? reply(id) : refuse(std::move(launched.error()));
  });
}

}  // namespace sandbox::control
