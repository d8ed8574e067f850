// Ways of starting an execution.

#include <algorithm>
#include <utility>

#include "control/ids.h"
#include "control/launch.h"
#include "control/projection.h"
#include "idl/ids.h"
#include "sandbox/base/check.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

namespace {

// The request that repeats a stored execution: its spec, the inputs that its caller gave.
Result<admin::ExecutionCreateRequest> Repeat(MetadataReader& reader,
                                             const flyteidl::core::WorkflowExecutionIdentifier& id,
                                             const std::string& name, admin::ExecutionMetadata::ExecutionMode mode) {
  if (id.project().empty() && id.domain().empty() && id.name().empty()) return Missing("project");
  auto record = reader.FindExecution(idl::FromIdl(id));
  if (!record) return MissingExecution(idl::FromIdl(id));
  admin::ExecutionCreateRequest request;
  request.set_project(id.project());
  request.set_domain(id.domain());
  request.set_name(name);
  SANDBOX_REQUEST_CHECK(request.mutable_spec()->ParseFromString(record->spec) &&
                            request.mutable_inputs()->ParseFromString(record->user_inputs),
                        Cat("what is stored of execution ", record->id.name, " cannot be read"));
  request.mutable_spec()->mutable_metadata()->set_mode(mode);
  *request.mutable_spec()->mutable_metadata()->mutable_reference_execution() = idl::ToIdl(record->id);
  return request;
}

// What still runs may yet do what a recovery would do beside it.
Status CheckEnded(MetadataReader& reader, const flyteidl::core::WorkflowExecutionIdentifier& id) {
  const auto record = reader.FindExecution(idl::FromIdl(id));
  if (!record || model::IsTerminal(record->phase)) return {};
  return Fail(Code::kFailedPrecondition, "EXECUTION_RUNS",
              Cat("execution [", record->id.name, "] is ", model::PhaseName(record->phase),
                  " and cannot be recovered: wait until it has ended",
                  record->phase == model::ExecutionPhase::kAborting
                      ? std::string()
                      : Cat(" or terminate it first (flytectl delete execution ", record->id.name, ")")));
}

Status CheckSize(const flyteidl::core::LiteralMap& inputs, uint64_t bytes_max) {
  const uint64_t size = inputs.ByteSizeLong();
  if (size <= bytes_max) return {};
  std::pair<uint64_t, std::string> largest;
  for (const auto& [name, literal] : inputs.literals()) largest = std::max(largest, {literal.ByteSizeLong(), name});
  return Fail(Code::kInvalidArgument, "INPUTS_TOO_LARGE",
              Cat("inputs are too large [", size, "] bytes, max allowed [", bytes_max, "] bytes; the largest is [",
                  largest.second, "] with [", largest.first,
                  "] bytes: hand it over as a file, or raise max_output_mb of config.yaml"));
}

}  // namespace

void Requests::CreateExecution(const admin::ExecutionCreateRequest& request,
                               Reply<admin::ExecutionCreateResponse> reply) {
  for (const flyteidl::core::LiteralMap* inputs : {&request.inputs(), &request.spec().inputs()}) {
    if (Status small = CheckSize(*inputs, deps_.inputs_bytes_max); !small)
      return reply(std::unexpected(std::move(small.error())));
  }
  Launch(deps_, deps_.store.Query([&](MetadataReader& reader) { return PrepareLaunch(reader, deps_, request); }),
         std::move(reply));
}

void Requests::RelaunchExecution(const admin::ExecutionRelaunchRequest& request,
                                 Reply<admin::ExecutionCreateResponse> reply) {
  auto prepared = deps_.store.Query([&](MetadataReader& reader) -> Prepared {
    auto repeat = Repeat(reader, request.id(), request.name(), admin::ExecutionMetadata::RELAUNCH);
    if (!repeat) return {std::unexpected(std::move(repeat.error())), nullptr};
    repeat->mutable_spec()->set_overwrite_cache(request.overwrite_cache());
    return PrepareLaunch(reader, deps_, std::move(*repeat));
  });
  Launch(deps_, std::move(prepared), std::move(reply));
}

void Requests::RecoverExecution(const admin::ExecutionRecoverRequest& request,
                                Reply<admin::ExecutionCreateResponse> reply) {
  Recover(request, Recovers::kEnded, std::move(reply));
}

void Requests::Recover(const admin::ExecutionRecoverRequest& request, Recovers what,
                       Reply<admin::ExecutionCreateResponse> reply) {
  auto prepared = deps_.store.Query([&](MetadataReader& reader) -> Prepared {
    auto ended = what == Recovers::kEnded ? CheckEnded(reader, request.id()) : Status();
    if (!ended) return {std::unexpected(std::move(ended.error())), nullptr};
    auto repeat = Repeat(reader, request.id(), request.name(), admin::ExecutionMetadata::RECOVERED);
    if (!repeat) return {std::unexpected(std::move(repeat.error())), nullptr};
    if (request.metadata().has_parent_node_execution()) {
      *repeat->mutable_spec()->mutable_metadata()->mutable_parent_node_execution() =
          request.metadata().parent_node_execution();
    }
    return PrepareLaunch(reader, deps_, std::move(*repeat));
  });
  Launch(deps_, std::move(prepared), std::move(reply));
}

}  // namespace sandbox::control
