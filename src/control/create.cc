// Ways of starting an execution.

#include <algorithm>
#include <utility>

#include "control/ids.h"
#include "control/launch.h"
#include "control/launch_checks.h"
#include "idl/ids.h"
#include "sandbox/base/check.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

namespace {

// What repeats a stored execution: its settings, the inputs that its caller gave.
Result<LaunchSpec> Repeat(MetadataReader& reader, const ExecutionId& id, const std::string& name, int mode) {
  auto record = reader.FindExecution(id);
  if (!record) return MissingExecution(id);
  LaunchSpec out;
  out.id = {id.project, id.domain, name};
  SANDBOX_REQUEST_CHECK(out.settings.ParseFromString(record->spec) && out.inputs.ParseFromString(record->user_inputs),
                        Cat("what is stored of execution ", record->id.name, " cannot be read"));
  // Of very old clients.
  if (out.inputs.literals().empty() && out.settings.has_inputs()) out.inputs = out.settings.inputs();
  out.target = registry::FromIdl(out.settings.launch_plan());
  out.origin.mode = mode;
  out.origin.reference = record->id;
  const auto& metadata = out.settings.metadata();
  if (metadata.has_parent_node_execution()) out.origin.parent = idl::FromIdl(metadata.parent_node_execution());
  return out;
}

// What still runs may yet do what a recovery would do beside it.
Status CheckEnded(MetadataReader& reader, const ExecutionId& id) {
  const auto record = reader.FindExecution(id);
  if (!record || model::IsTerminal(record->phase)) return {};
  return Fail(Code::kFailedPrecondition, "EXECUTION_RUNS",
              Cat("execution [", record->id.name, "] is ", model::PhaseName(record->phase),
                  " and cannot be recovered: wait until it has ended",
                  record->phase == model::ExecutionPhase::kAborting
                      ? std::string()
                      : Cat(" or terminate it first (flytectl delete execution ", record->id.name, ")")));
}

}  // namespace

Requests::Requests(RequestDeps deps) : deps_(std::move(deps)), launcher_(std::make_unique<Launcher>(deps_)) {}
Requests::~Requests() = default;

Status Requests::CheckSize(const LaunchSpec& spec) const {
  for (const flyteidl::core::LiteralMap* inputs : {&spec.inputs, &spec.settings.inputs()}) {
    const uint64_t size = inputs->ByteSizeLong();
    if (size <= deps_.inputs_bytes_max) continue;
    std::pair<uint64_t, std::string> largest;
    for (const auto& [name, literal] : inputs->literals()) largest = std::max(largest, {literal.ByteSizeLong(), name});
    return Fail(Code::kInvalidArgument, "INPUTS_TOO_LARGE",
                Cat("inputs are too large [", size, "] bytes, max allowed [", deps_.inputs_bytes_max,
                    "] bytes; the largest is [", largest.second, "] with [", largest.first,
                    "] bytes: hand it over as a file, or raise max_output_mb of config.yaml"));
  }
  return {};
}

Status Requests::CheckLaunch(const LaunchSpec& spec) {
  if (auto small = CheckSize(spec); !small) return small;
  return deps_.store.Query([&](MetadataReader& reader) { return CheckPlace(reader, deps_.config, spec.id); });
}

Status Requests::TakesWork() const { return deps_.takes_work ? deps_.takes_work() : Status(); }

void Requests::Launch(LaunchSpec spec, Reply<ExecutionId> reply) {
  if (Status takes = TakesWork(); !takes) return reply(std::unexpected(std::move(takes.error())));
  if (auto small = CheckSize(spec); !small) return reply(std::unexpected(std::move(small.error())));
  launcher_->Launch(
      deps_.store.Query([&](MetadataReader& reader) { return launcher_->Prepare(reader, std::move(spec)); }),
      std::move(reply));
}

void Requests::Relaunch(const RelaunchSpec& spec, Reply<ExecutionId> reply) {
  if (Status takes = TakesWork(); !takes) return reply(std::unexpected(std::move(takes.error())));
  auto prepared = deps_.store.Query([&](MetadataReader& reader) -> Prepared {
    auto again = Repeat(reader, spec.of, spec.name, admin::ExecutionMetadata::RELAUNCH);
    if (!again) return {std::unexpected(std::move(again.error())), nullptr};
    again->settings.set_overwrite_cache(spec.overwrite_cache);
    return launcher_->Prepare(reader, std::move(*again));
  });
  launcher_->Launch(std::move(prepared), std::move(reply));
}

void Requests::Recover(const RecoverSpec& spec, Reply<ExecutionId> reply) {
  if (Status takes = TakesWork(); !takes) return reply(std::unexpected(std::move(takes.error())));
  Recover(spec, Recovers::kEnded, std::move(reply));
}

void Requests::Recover(const RecoverSpec& spec, Recovers what, Reply<ExecutionId> reply) {
  auto prepared = deps_.store.Query([&](MetadataReader& reader) -> Prepared {
    auto ended = what == Recovers::kEnded ? CheckEnded(reader, spec.of) : Status();
    if (!ended) return {std::unexpected(std::move(ended.error())), nullptr};
    auto again = Repeat(reader, spec.of, spec.name, admin::ExecutionMetadata::RECOVERED);
    if (!again) return {std::unexpected(std::move(again.error())), nullptr};
    if (spec.parent) again->origin.parent = spec.parent;
    return launcher_->Prepare(reader, std::move(*again));
  });
  launcher_->Launch(std::move(prepared), std::move(reply));
}

}  // namespace sandbox::control
