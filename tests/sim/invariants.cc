#include "invariants.h"

#include <algorithm>

#include "flyteidl/core/catalog.pb.h"
#include "kinds.h"
#include "pods/admission/admission_runner.h"
#include "sandbox/base/error.h"
#include "sandbox/base/names.h"
#include "sandbox/engine/cache.h"

namespace sandbox::sim {
namespace {

using model::ExecutionPhase;
using model::NodePhase;

constexpr uint32_t kSystemFailuresMax = 4;  // three more tries
constexpr uint32_t kItemRetriesMax = 1;
constexpr Duration kExpiry = std::chrono::seconds(30);  // of a reservation that nobody extends

std::string KeyOf(const AttemptId& id) {
  return Cat("task ", id.node.execution.name, "/", id.node.node, "/", id.attempt);
}

bool Alive(const FakeEngine::Container& container) {
  return (container.state == PodState::kPending || container.state == PodState::kRunning) && !container.stopping;
}

}  // namespace

void Invariants::OnStart(const PodSpec& pod) {
  store_.Read([&](MetadataReader& reader) {
    const auto task = reader.FindTask(pod.id);
    Require(task.has_value() && !model::IsTerminal(task->phase),
            Cat("start of ", pod.name, " without a live committed row"));
    Require(pod.id.attempt <= std::max(graph_.retries, kItemRetriesMax) + 3,
            Cat("attempt ", pod.id.attempt, " of ", pod.id.node.node, " exceeds the policy"));
    if (graph_.cached && pod.id.node.execution == id_) CheckCached(reader, pod.id);
    CheckUpstream(reader, pod);
  });
  CheckCapacity(pod);
  let_in_.insert(pod.id);
  for (const auto& [id, container] : engine_.containers)
    Require(!Alive(container) || id.node != pod.id.node || id == pod.id,
            Cat("two live containers of node ", id.node.node));
}

void Invariants::CheckUpstream(MetadataReader& reader, const PodSpec& pod) {
  const auto top_level = graph_.upstream.find(pod.id.node.execution == id_ ? pod.id.node.node : "");
  if (top_level == graph_.upstream.end()) return;
  for (const std::string& up : top_level->second) {
    const auto node = reader.FindNode({id_, up});
    Require(node && (node->phase == NodePhase::kSucceeded || node->phase == NodePhase::kRecovered),
            Cat(pod.name, " starts before ", up, " succeeded"));
  }
}

// Nothing is made twice, unless two made it at the same time and were allowed to.
void Invariants::CheckCached(MetadataReader& reader, const AttemptId& id) {
  const auto node = reader.FindNode(id.node);
  Require(node && node->cache_claim, Cat("start of ", id.node.node, " without a claim on the cache"));
  if (!node || !node->cache_claim) return;
  const model::CacheClaim& claim = *node->cache_claim;
  reserved_.insert(model::ReservationKey(claim.dataset, claim.tag));
  const bool alone = graph_.serialized && !graph_.overwrite;
  Require(!alone || !claim.owner.empty(), Cat("start of ", id.node.node, " without a reservation"));
  if (!alone) return;
  Require(!reader.FindTaggedArtifact(claim.dataset, claim.tag),
          Cat("start of ", id.node.node, ", whose outputs are in the cache"));
  const auto reservation = reader.FindReservation(model::ReservationKey(claim.dataset, claim.tag));
  Require(reservation && reservation->owner == claim.owner,
          Cat("start of ", id.node.node, " under a reservation of someone else"));
  for (const auto& [other, container] : engine_.containers) {
    if (!Alive(container) || other == id) continue;
    const auto rival = reader.FindNode(other.node);
    Require(!rival || !rival->cache_claim || rival->cache_claim->tag != claim.tag,
            Cat(other.node.node, " and ", id.node.node, " make the same at the same time"));
  }
}

bool Invariants::AnyAlive() const {
  return std::ranges::any_of(engine_.containers, [](const auto& each) {
    return each.second.state == PodState::kPending || each.second.state == PodState::kRunning;
  });
}

bool Invariants::AnyLetIn() const {
  bool found = false;
  store_.Read([&](MetadataReader& reader) {
    found = std::ranges::any_of(let_in_, [&](const AttemptId& id) {
      const auto task = reader.FindTask(id);
      return task && !model::IsTerminal(task->phase);
    });
  });
  return found;
}

// What this process has started, or knows to run, fits the machine. A container whose start was not stored before a
// crash is counted when its attempt's turn comes again.
void Invariants::CheckCapacity(const PodSpec& pod) {
  started_.insert(pod.id);
  int64_t used = engine_.containers.contains(pod.id) ? 0 : pods::DemandOf(pod).cpu_millis;
  std::string by;
  for (const auto& [id, container] : engine_.containers) {
    const bool alive = container.state == PodState::kPending || container.state == PodState::kRunning;
    if (!alive || !started_.contains(id)) continue;
    used += pods::DemandOf(container.pod).cpu_millis;
    by += Cat(" ", container.pod.name, ":", pods::DemandOf(container.pod).cpu_millis);
  }
  Require(hurried_ || used <= kSimCpuMillis,
          Cat(pod.name, " starts although ", used, "m of ", kSimCpuMillis, "m are taken, by", by));
}

void Invariants::Absorb(const std::string& key, bool terminal, int phase) {
  const auto [seen, inserted] = terminal_.emplace(key, terminal ? phase : -1);
  Require(seen->second == -1 || seen->second == phase, Cat(key, " left its terminal phase"));
  seen->second = terminal ? phase : -1;
}

void Invariants::OnRelease(const AttemptId& id) {
  if (id.node.execution != id_) return;
  const auto synced = synced_.find(KeyOf(id));
  Require(synced != synced_.end() && synced->second != -1,
          Cat("the container of ", KeyOf(id), " is removed before its end is synced"));
}

void Invariants::OnCommit() {
  store_.Read([&](MetadataReader& reader) {
    uint32_t running = 0;
    for (const model::NodeRecord& node : reader.NodesOf(id_)) {
      Absorb(Cat("node ", id_.name, "/", node.id.node), model::IsTerminal(node.phase), static_cast<int>(node.phase));
      Require(node.duration.value_or(Duration::zero()) >= Duration::zero(),
              Cat("node ", node.id.node, " took less than no time"));
      Require(!model::IsTerminal(node.phase) || !node.cache_claim, Cat(node.id.node, " ended and keeps its claim"));
      CheckCacheRow(reader, node);
      if (graph_.timeout_s != 0 && graph_.upstream.contains(node.id.node)) CheckClock(reader, node);
    }
    // Items do not count, their array node does. Another try of a dynamic node is not held up.
    for (const model::TaskRecord& task : reader.TasksOf(id_)) {
      Absorb(KeyOf(task.id), model::IsTerminal(task.phase), static_cast<int>(task.phase));
      CheckInterrupted(task);
      Require(task.duration.value_or(Duration::zero()) >= Duration::zero(),
              Cat("a task of ", task.id.node.node, " took less than no time"));
      const bool again = task.id.attempt > 0 && task.task.name == kDynamicTask;
      if (task.item < 0 && !again && !model::IsTerminal(task.phase)) ++running;
    }
    if (const auto record = reader.FindExecution(id_))
      Absorb("execution " + id_.name, model::IsTerminal(record->phase), static_cast<int>(record->phase));
    Require(graph_.max_parallelism == 0 || running <= graph_.max_parallelism,
            "more nodes run than max_parallelism allows");
  });
}

void Invariants::CheckInterrupted(const model::TaskRecord& task) {
  const auto container = engine_.containers.find(task.id);
  if (task.phase != model::TaskPhase::kFailed || container == engine_.containers.end()) return;
  // Of one whose image is missing the patience may have ended before.
  if (std::ranges::any_of(container->second.acts, &Act::no_image)) return;
  Require(!container->second.killed || (task.error && task.error->kind == model::ErrorKind::kSystem),
          Cat(task.generated_name, ", which the machine's restart killed, failed by ",
              task.error ? task.error->code : "nothing"));
}

// A time-out counts from when the pod is let in, whatever processes end in between.
void Invariants::CheckClock(MetadataReader& reader, const model::NodeRecord& node) {
  if (node.admission == model::Admission::kAdmitted) {
    const auto [heard, first] = heard_.emplace(AttemptId{node.id, node.attempts}, node.attempt_started_at);
    Require(first || node.attempt_started_at <= heard->second, Cat("the clock of ", node.id.node, " begins anew"));
    heard->second = node.attempt_started_at;
  }
  const bool expired = node.phase == NodePhase::kTimedOut ||
                       (node.phase == NodePhase::kFailed && node.error && node.error->code.contains("TimeoutExpired"));
  for (uint32_t attempt = 0; attempt < node.attempts + expired; ++attempt) {
    const auto task = reader.FindTask({node.id, attempt});
    if (!task || task->phase != model::TaskPhase::kAborted || task->pod_status.empty()) continue;
    // The time of the whole node goes on while an attempt waits for the cache, so it may leave that less or none.
    const bool cut = node.phase == NodePhase::kTimedOut && attempt == node.attempts;
    const bool no_time = cut && node.attempt_started_at == task->updated_at;
    Require(jumped_ || delayed_ || no_time || let_in_.contains(task->id),
            Cat(task->generated_name, " timed out before it was let in"));
    const auto heard = heard_.find(task->id);
    if (jumped_ || delayed_ || heard == heard_.end()) continue;
    const Duration took = task->updated_at - heard->second;
    const Duration limit = std::chrono::seconds(graph_.timeout_s);
    Require(took <= limit, Cat(task->generated_name, " outlived its time-out"));
    const bool node_over = cut && task->updated_at == node.queued_at + 2 * limit;
    Require(took == limit || node_over, Cat(task->generated_name, " timed out too early"));
  }
}

// Who waits for a reservation, waits for somebody; or for what an earlier process has reserved to expire.
void Invariants::OnIdle(Instant now) {
  if (!graph_.serialized || graph_.overwrite || now - crashed_ <= kExpiry) return;
  store_.Read([&](MetadataReader& reader) {
    for (const model::NodeRecord& node : reader.NodesOf(id_)) {
      if (node.phase != NodePhase::kQueued || node.cache_claim) continue;
      const bool held = std::ranges::any_of(
          reserved_, [&](const std::string& key) { return reader.FindReservation(key).has_value(); });
      Require(held, Cat(node.id.node, " waits for a reservation that nobody has"));
    }
  });
}

void Invariants::CheckCacheRow(MetadataReader& reader, const model::NodeRecord& node) {
  const bool hit = node.cache_status == static_cast<int>(engine::CacheStatus::kHit);
  const auto ran = hit ? reader.FindTask({node.id, 0}) : std::nullopt;
  const bool taken = node.phase == NodePhase::kRecovered ||
                     (node.phase == NodePhase::kSucceeded && !graph_.overwrite && (!ran || ran->pod_status.empty()));
  Require(!hit || taken, Cat(node.id.node, " ran, and was taken from the cache"));
  if (node.cache_status != static_cast<int>(engine::CacheStatus::kPopulated)) return;
  flyteidl::core::CatalogMetadata key;
  key.ParseFromString(node.catalog_key);
  const auto& set = key.dataset_id();
  Require(reader.FindTaggedArtifact({set.project(), set.domain(), set.name(), set.version()}, key.artifact_tag().name())
              .has_value(),
          Cat("nothing in the cache of ", node.id.node));
}

// What lists are filtered by is what the rows say.
void Invariants::CheckColumns(MetadataReader& reader) {
  std::map<std::string, size_t> nodes, tasks;
  for (const model::NodeRecord& node : reader.NodesOf(id_))
    nodes[std::string(model::PhaseName(node.phase))] += node.item < 0;
  for (const model::TaskRecord& task : reader.TasksOf(id_))
    tasks[std::string(model::PhaseName(task.phase))] += task.item < 0 && !task.unlisted;
  const auto query = [this](ListEntity entity, const std::string& phase) {
    ListQuery out;
    out.limit = 1000;
    for (const auto& [column, value] : std::map<std::string, std::string>{
             {"execution_domain", id_.domain}, {"execution_name", id_.name}, {"phase", phase}}) {
      out.conditions.push_back({entity, column, FilterOp::kEq, {value}});
    }
    return out;
  };
  for (const auto& [phase, count] : nodes)
    Require(reader.ListNodes(query(ListEntity::kNodeExecution, phase))->size() == count,
            Cat("the list of nodes that are ", phase, " has others"));
  for (const auto& [phase, count] : tasks)
    Require(reader.ListTasks(query(ListEntity::kTaskExecution, phase))->size() == count,
            Cat("the list of tasks that are ", phase, " has others"));
}

// Nothing in an execution that is over goes on, and what has succeeded has nothing in it that failed unnoticed.
void Invariants::OnEnd() {
  store_.Read([&](MetadataReader& reader) {
    CheckColumns(reader);
    for (const model::NodeRecord& node : reader.NodesOf(id_)) CheckEndOf(reader, node);
    std::map<std::string, uint32_t> system_failures;
    for (const model::TaskRecord& task : reader.TasksOf(id_)) {
      Require(model::IsTerminal(task.phase), Cat("task of ", task.id.node.node, " never ended"));
      const bool system =
          task.phase == model::TaskPhase::kFailed && task.error && task.error->kind == model::ErrorKind::kSystem;
      Require(!system || ++system_failures[task.id.node.node] <= kSystemFailuresMax,
              Cat(task.id.node.node, " is tried again after too many system failures"));
    }
    const auto record = reader.FindExecution(id_);
    if (!record || record->phase != ExecutionPhase::kSucceeded) return;
    const auto end = reader.FindNode({id_, "end-node"});
    Require(end && model::IsTerminal(end->phase), "succeeded without its end-node");
    Require(record->started_at != Instant{}, "succeeded without having begun");
  });
}

void Invariants::CheckEndOf(MetadataReader& reader, const model::NodeRecord& node) {
  Require(model::IsTerminal(node.phase), Cat("node ", node.id.node, " never ended"));
  const bool timed = !jumped_ && !delayed_ && graph_.timeout_s != 0 && graph_.upstream.contains(node.id.node) &&
                     node.phase == NodePhase::kSucceeded && node.attempt_started_at != Instant{};
  Require(!timed || node.updated_at - node.attempt_started_at <= std::chrono::seconds(graph_.timeout_s),
          Cat(node.id.node, " took longer than its time-out"));
  // Children of tries that were given up ended with them; they may have been launched after that.
  for (uint32_t attempt = 0; attempt <= node.attempts; ++attempt) {
    const bool last = attempt == node.attempts;
    if (jumped_ || (last && node.phase != NodePhase::kAborted)) continue;
    const auto child = reader.FindExecution({id_.project, id_.domain, ChildExecutionName({node.id, attempt})});
    const Instant given_up = last ? node.updated_at : node.attempt_started_at;
    Require(!child || child->phase == ExecutionPhase::kAborted || child->updated_at <= given_up,
            Cat("the child of try ", attempt, " of ", node.id.node, " outlived it"));
  }
}

void Invariants::OnQuiet(bool crashed) {
  Require(engine_.containers.empty(), "a container is left over");
  for (const std::string& key : reserved_) {
    const auto left = store_.Query([&](MetadataReader& reader) { return reader.FindReservation(key); });
    Require(crashed || !left, "a reservation is left over");
  }
}

}  // namespace sandbox::sim
