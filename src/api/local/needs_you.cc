#include "api/local/needs_you.h"

#include <algorithm>
#include <map>

#include "api/local/entity_list.h"

namespace sandbox::api {
namespace {

constexpr uint64_t kNodesLookedAt = 256;  // of one execution
constexpr uint64_t kKilledLookedAt = 50;

// What its row says then, without making the row. Its pods that wait for room are added to `queued`.
bool WaitsForSomebody(MetadataReader& reader, const ExecutionId& id,
                      std::multimap<uint32_t, model::TaskRecord>& queued) {
  bool out = false;
  for (const model::NodeRecord& node : reader.UnfinishedNodesOf(id, kNodesLookedAt)) {
    out |= node.wait == model::NodeWait::kSignal || node.wait == model::NodeWait::kApproval;
    if (node.wait != model::NodeWait::kPod) continue;
    auto attempt = reader.FindTask({node.id, node.attempts});
    if (!attempt || IsTerminal(attempt->phase)) continue;
    const model::WaitReason& wait = attempt->pod.wait;
    out |= wait.code == model::PodWait::kImageMissing;
    if (wait.code == model::PodWait::kResources) queued.emplace(wait.ahead_count, std::move(*attempt));
    if (queued.size() > kQueuedShown) queued.erase(std::prev(queued.end()));
  }
  return out;
}

bool IsLastRun(MetadataReader& reader, const model::ExecutionRecord& record) {
  const EntityId& runs = record.launch_plan;
  const auto newest = RunsOf(reader, {runs.kind, record.id.project, record.id.domain, runs.name, ""}, 1);
  return !newest.empty() && newest.front().id == record.id;
}

// The newest first.
std::vector<model::ExecutionRecord> DiedOfMemory(MetadataReader& reader) {
  ListQuery query;
  query.conditions = {{ListEntity::kExecution, "state", FilterOp::kEq, {"0"}},
                      {ListEntity::kExecution, "phase", FilterOp::kEq, {"FAILED"}},
                      {ListEntity::kExecution, "error_code", FilterOp::kContains, {"OOMKilled"}}};
  query.sort_column = "created_at";
  query.limit = kKilledLookedAt;
  auto found = reader.ListExecutions(query);
  if (!found) return {};
  std::erase_if(*found, [&](const model::ExecutionRecord& record) { return !IsLastRun(reader, record); });
  return std::move(*found);
}

}  // namespace

NeedsYou FindNeedsYou(MetadataReader& reader, const std::vector<model::ExecutionRecord>& open) {
  NeedsYou out{DiedOfMemory(reader)};
  std::multimap<uint32_t, model::TaskRecord> queued;
  out.total = out.executions.size();
  // Newer ones take the place of older ones, but every one counts.
  for (const model::ExecutionRecord& record : open) {
    if (!WaitsForSomebody(reader, record.id, queued)) continue;
    ++out.total;
    out.executions.push_back(record);
  }
  std::ranges::sort(out.executions, std::greater(), &model::ExecutionRecord::row);
  if (out.executions.size() > kNeedsYouShown) out.executions.resize(kNeedsYouShown);
  for (auto& [ahead, attempt] : queued) out.queued.push_back(std::move(attempt));
  return out;
}

}  // namespace sandbox::api
