#include "api/local/run_facts.h"

#include <algorithm>
#include <set>

#include "api/local/node_kinds.h"
#include "api/local/node_waits.h"
#include "api/local/row_json.h"
#include "flyteidl/core/catalog.pb.h"
#include "flyteidl/core/workflow.pb.h"

namespace sandbox::api {
namespace {

using engine::GraphNode;
using engine::NodeKind;
using model::NodePhase;
using nlohmann::json;

constexpr uint64_t kOpenMax = 256;  // nodes that are looked at one by one

bool Failed(NodePhase phase) { return phase == NodePhase::kFailed || phase == NodePhase::kTimedOut; }

bool Done(NodePhase phase) {
  return phase == NodePhase::kSucceeded || phase == NodePhase::kSkipped || phase == NodePhase::kRecovered;
}

Instant FailedAt(const model::NodeRecord& node) {
  const Instant ended = EndOf(node.started_at, node.duration);
  return ended == Instant{} ? node.updated_at : ended;
}

NodeFacts FactsOf(RunLookup& run, const model::NodeRecord& record) {
  NodeFacts out;
  out.record = record;
  out.place = run.PlaceOf(record);
  out.display = DisplayName(record, out.place);
  if (record.item >= 0) {
    const model::NodeRecord* array = run.FindNode(record.parent);
    if (array != nullptr) out.display = DisplayName(*array, run.PlaceOf(*array));
    out.display += Cat("[", record.item, "]");
  }
  out.wait = WaitOf(run, record, out.place);
  if (const auto* attempt = run.FindAttempt(record.id.node, record.attempts)) out.attempt = *attempt;
  return out;
}

// Start, end, and what only holds others: a branch, a workflow, an array whose items have rows of their own.
bool OnlyHolds(const model::NodeRecord& node) {
  return IsMarker(node) || node.is_parent || node.is_array || node.wait == model::NodeWait::kInside;
}

void AddCounts(RunLookup& run, RunFacts& out) {
  for (const auto& [phase, count] : run.Counts("")) {
    if (Done(phase)) out.done += count;
    if (Failed(phase)) out.failed += count;
    if (!IsTerminal(phase)) out.running += count;
  }
  const NodePlace root = run.Root();
  if (root.graph == nullptr) return;
  for (const GraphNode& node : root.graph->nodes)
    out.total += node.role == GraphNode::Role::kPlain && node.kind != NodeKind::kStart && node.kind != NodeKind::kEnd;
}

// What could begin at the top of the workflow, if more nodes were allowed to run.
uint64_t WaitingForTurn(RunLookup& run, uint64_t running) {
  const uint64_t limit = run.Execution().settings.max_parallelism;
  NodePlace place = run.Root();
  if (limit == 0 || running < limit || place.graph == nullptr) return 0;
  uint64_t out = 0;
  for (place.index = 0; place.index < place.graph->nodes.size(); ++place.index) {
    place.node = &place.graph->nodes[place.index];
    const std::string id = place.IdOf(place.index);
    if (run.FindNode(id) != nullptr) continue;
    const json wait = WaitToBegin(run, id, place, running);
    out += wait.is_object() && wait["code"] == "PARALLELISM";
  }
  return out;
}

// Nodes of one workflow that come after one of its nodes, in any number of steps.
std::set<uint32_t> Behind(const engine::Graph& graph, uint32_t index) {
  std::set<uint32_t> out;
  std::vector<uint32_t> open = {index};
  while (!open.empty()) {
    const GraphNode& node = graph.nodes[open.back()];
    open.pop_back();
    for (const uint32_t next : node.downstream) {
      if (out.insert(next).second) open.push_back(next);
    }
  }
  return out;
}

// Behind the node, and behind each node that it is inside of.
uint64_t NeverBegan(RunLookup& run, model::NodeRecord node) {
  uint64_t out = 0;
  while (true) {
    const NodePlace place = run.PlaceOf(node);
    if (place.graph != nullptr && node.item < 0) {
      for (const uint32_t index : Behind(*place.graph, place.index)) {
        const GraphNode& behind = place.graph->nodes[index];
        if (behind.role != GraphNode::Role::kPlain || behind.kind == NodeKind::kEnd) continue;
        out += run.FindNode(place.IdOf(index)) == nullptr;
      }
    }
    const model::NodeRecord* outer = node.parent.empty() ? nullptr : run.FindNode(node.parent);
    if (outer == nullptr) return out;
    node = *outer;
  }
}

int Weight(const json& wait) {
  static const std::vector<std::string> kOrder = {"GATE",  "IMAGE_MISSING", "ENGINE",     "REFUSED", "CONNECTOR",
                                                  "CACHE", "RESOURCES",     "IMAGE_PULL", "CHILD",   "PARALLELISM"};
  // A pause that was asked for is not somebody's to end.
  if (wait.value("gate", "") == "sleep") return static_cast<int>(kOrder.size());
  const auto found = std::ranges::find(kOrder, wait["code"].get<std::string>());
  return found == kOrder.end() ? 100 : static_cast<int>(found - kOrder.begin());
}

constexpr int kNeedsSomebody = 1;  // weights up to this one are told even while other nodes run
constexpr int kNoWait = 100;       // what begins, or is read

}  // namespace

const model::NodeRecord* FirstFailure(const std::vector<model::NodeRecord>& failed) {
  std::set<std::string> with_failure_inside;
  for (const model::NodeRecord& node : failed) with_failure_inside.insert(node.parent);
  const model::NodeRecord* first = nullptr;
  for (const model::NodeRecord& node : failed) {
    if (with_failure_inside.contains(node.id.node)) continue;
    if (first == nullptr || FailedAt(node) < FailedAt(*first)) first = &node;
  }
  return first;
}

const NodeFacts* MainWait(const std::vector<NodeFacts>& open) {
  const NodeFacts* best = nullptr;
  bool runs = false;
  for (const NodeFacts& node : open) {
    const int weight = node.wait.is_null() ? kNoWait : Weight(node.wait);
    runs |= weight == kNoWait;
    if (weight < kNoWait && (best == nullptr || weight < Weight(best->wait))) best = &node;
  }
  if (best == nullptr || (runs && Weight(best->wait) > kNeedsSomebody)) return nullptr;
  return best;
}

RunFacts GatherFacts(RunLookup& run) {
  RunFacts out;
  out.execution = run.Execution();
  AddCounts(run, out);
  if (!IsTerminal(out.execution.phase)) {
    uint64_t counted = 0;
    for (const model::NodeRecord& node : run.Reader().UnfinishedNodesOf(out.execution.id, kOpenMax)) {
      if (OnlyHolds(node)) continue;
      out.open.push_back(FactsOf(run, node));
      const model::NodeWait wait = node.wait;
      counted += wait == model::NodeWait::kPod || wait == model::NodeWait::kChild ||
                 wait == model::NodeWait::kConnector || wait == model::NodeWait::kResult ||
                 wait == model::NodeWait::kCatalog || wait == model::NodeWait::kReservation;
    }
    out.counted = counted;
  }
  if (out.execution.error || out.failed > 0) {
    const auto failed = run.Reader().FailedNodesOf(out.execution.id);
    if (const model::NodeRecord* first = FirstFailure(failed)) out.failure = FactsOf(run, *first);
  }
  return out;
}

RunFacts GatherAllFacts(RunLookup& run) {
  const bool over = IsTerminal(run.Execution().phase);
  if (over) run.LoadAll();
  RunFacts out = GatherFacts(run);
  if (!over) out.waiting_for_turn = WaitingForTurn(run, out.counted);
  if (out.failure) out.behind = NeverBegan(run, out.failure->record);
  if (!over) return out;
  for (const std::string& id : run.NodeIds()) {
    const model::NodeRecord& node = *run.FindNode(id);
    if (OnlyHolds(node) || node.child_execution || !Done(node.phase)) continue;
    if (run.PlaceOf(node).Task() == nullptr) continue;
    ++out.tasks;
    out.cached += node.cache_status == flyteidl::core::CACHE_HIT;
  }
  return out;
}

}  // namespace sandbox::api
