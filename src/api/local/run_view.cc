#include "api/local/run_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "api/local/cache_row.h"
#include "api/local/node_kinds.h"
#include "api/local/node_waits.h"
#include "api/local/row_json.h"
#include "api/local/story.h"
#include "sandbox/base/names.h"

namespace sandbox::api {
namespace {

using engine::NodeKind;
using nlohmann::json;

constexpr int kPlannedDepth = 32;     // of workflows in workflows that have not begun
constexpr size_t kPlannedMax = 5000;  // nodes that have not begun

// Rows of nodes, each workflow's in its order, what is inside of a node behind it.
class NodeWalk {
 public:
  explicit NodeWalk(RunLookup& run) : run_(run) {
    for (const std::string& id : run.NodeIds()) {
      const model::NodeRecord& node = *run.FindNode(id);
      running_ += !IsTerminal(node.phase) && !node.is_parent && !IsMarker(node);
    }
  }

  json Rows() {
    const NodePlace root = run_.Root();
    if (root.graph != nullptr) Walk(root, "", !IsTerminal(run_.Execution().phase), 0);
    AddRest();
    return std::move(rows_);
  }

 private:
  void Walk(NodePlace place, const std::string& parent, bool can_begin, int depth) {
    if (depth > kPlannedDepth) return;
    for (const uint32_t index : place.graph->order) {
      place.index = index;
      place.node = &place.graph->nodes[index];
      Node(place, parent, can_begin, depth);
    }
  }

  void Node(const NodePlace& place, const std::string& parent, bool can_begin, int depth) {
    const std::string id = place.IdOf(place.index);
    const bool choice = place.node->role == engine::GraphNode::Role::kChoice;
    const std::string inside_of = choice ? place.IdOf(place.node->branch) : parent;
    const model::NodeRecord* record = run_.FindNode(id);
    if (record != nullptr) {
      told_.insert(id);
      rows_.push_back(NodeRow(run_, *record, place));
      const NodePlace inside = run_.Inside(place, *record);
      if (inside.graph != nullptr) Walk(inside, id, can_begin && !IsTerminal(record->phase), depth + 1);
      return;
    }
    if (planned_ >= kPlannedMax) return;
    ++planned_;
    rows_.push_back(NotStartedRow(run_, place, inside_of, can_begin, running_));
    model::NodeRecord none;
    none.id.node = id;
    const NodePlace inside = run_.Inside(place, none);
    if (inside.graph != nullptr) Walk(inside, id, false, depth + 1);
  }

  // Nodes of earlier attempts of what they are inside of, and of workflows that cannot be read.
  void AddRest() {
    for (const std::string& id : run_.NodeIds()) {
      const model::NodeRecord& record = *run_.FindNode(id);
      if (record.item < 0 && !told_.contains(id)) rows_.push_back(NodeRow(run_, record, run_.PlaceOf(record)));
    }
  }

  RunLookup& run_;
  uint64_t running_ = 0;
  size_t planned_ = 0;
  std::set<std::string> told_;
  json rows_ = json::array();
};

json ChildrenRow(RunLookup& run) {
  json out = json::array();
  for (const std::string& id : run.NodeIds()) {
    const model::NodeRecord& node = *run.FindNode(id);
    if (!node.child_execution) continue;
    const auto child = run.Reader().FindExecution(*node.child_execution);
    json row = PlaceRow(*node.child_execution);
    row["phase"] = child ? PhaseName(child->phase) : "UNDEFINED";
    row["node"] = id;
    out.push_back(std::move(row));
  }
  return out;
}

const char* EntityKindName(EntityKind kind) {
  switch (kind) {
    case EntityKind::kTask: return "task";
    case EntityKind::kWorkflow: return "workflow";
    default: return "launch_plan";
  }
}

// What only the page of one run shows of its execution.
json Details(RunLookup& run) {
  const model::ExecutionRecord& record = run.Execution();
  const model::RunSettings& settings = record.settings;
  json reference, envs = json::array(), tags = json::array();
  if (record.reference)
    reference = {{"project", record.reference->project},
                 {"domain", record.reference->domain},
                 {"execution", record.reference->name}};
  for (const auto& [name, value] : settings.envs) envs.push_back(name);
  for (const auto& [key, value] : record.tags) tags.push_back({{"key", key}, {"value", value}});
  return {{"launch_plan",
           {{"kind", EntityKindName(record.launch_plan.kind)},
            {"project", record.launch_plan.project},
            {"domain", record.launch_plan.domain},
            {"name", record.launch_plan.name},
            {"version", record.launch_plan.version}}},
          {"reference", reference},
          {"children", ChildrenRow(run)},
          {"max_parallelism", settings.max_parallelism},
          {"interruptible", settings.interruptible ? json(*settings.interruptible) : json()},
          {"overwrite_cache", settings.overwrite_cache},
          {"raw_output_prefix", settings.raw_output_prefix},
          {"envs", envs},
          {"tags", tags},
          {"annotations", settings.annotations},
          {"cluster", record.cluster}};
}

json ItemRow(RunLookup& run, const RowSources& sources, const model::NodeRecord& item) {
  const model::TaskRecord* attempt = run.FindAttempt(item.id.node, item.attempts);
  if (attempt != nullptr) return AttemptRow(sources.logs, *attempt, item.parent);
  const bool begun = item.phase != model::NodePhase::kUndefined;
  return WithoutNulls({{"node", item.id.node},
                       {"item", item.item},
                       {"array", item.parent},
                       {"attempt", item.attempts},
                       {"phase", begun ? PhaseName(item.phase) : "NOT_STARTED"},
                       {"created_at", TimeRow(item.created_at)},
                       {"started_at", TimeRow(item.started_at)},
                       {"ended_at", TimeRow(EndOf(item.started_at, item.duration))},
                       {"wait", WaitOf(run, item, run.PlaceOf(item))},
                       {"error", ErrorRow(item.error)}});
}

struct Happening {
  Instant at{};
  size_t place = 0;  // of two at the same time the earlier one in the rows comes first
  json row;
};

void Add(std::vector<Happening>& out, Instant at, json row) {
  if (at == Instant{}) return;
  row["at"] = TimeRow(at);
  out.push_back({at, out.size(), std::move(row)});
}

void AddExecution(const model::ExecutionRecord& record, std::vector<Happening>& out) {
  const auto phase = [&](Instant at, const std::string& name, const std::string& text) {
    Add(out, at, {{"kind", "execution"}, {"phase", name}, {"text", text}});
  };
  phase(record.created_at, "QUEUED", "created");
  phase(record.started_at, "RUNNING", "began");
  if (!IsTerminal(record.phase)) return;
  const std::string text = record.error ? record.error->message : record.abort_cause;
  phase(EndOf(record.started_at, record.duration), std::string(PhaseName(record.phase)), text.empty() ? "ended" : text);
}

void AddNode(const model::NodeRecord& node, std::vector<Happening>& out) {
  const auto phase = [&](Instant at, const std::string& name, const std::string& text) {
    json row = {{"kind", "node"}, {"node", node.id.node}, {"phase", name}, {"text", text}};
    if (node.item >= 0) row.update({{"item", node.item}, {"array", node.parent}});
    Add(out, at, std::move(row));
  };
  phase(node.queued_at, "QUEUED", "queued");
  phase(node.started_at, "RUNNING", "began");
  if (!IsTerminal(node.phase)) return;
  const Instant ended = EndOf(node.started_at, node.duration);
  phase(ended == Instant{} ? node.updated_at : ended, std::string(PhaseName(node.phase)),
        node.error ? node.error->message : "ended");
}

void AddAttempt(RunLookup& run, const model::TaskRecord& attempt, std::vector<Happening>& out) {
  const model::NodeRecord* node = run.FindNode(attempt.id.node.node);
  const std::string array = attempt.item < 0 || node == nullptr ? "" : node->parent;
  const auto add = [&](Instant at, const std::string& phase, const std::string& text) {
    json row = {{"kind", "attempt"}, {"node", attempt.id.node.node}, {"attempt", attempt.id.attempt}, {"text", text}};
    if (!phase.empty()) row["phase"] = phase;
    if (!array.empty()) row.update({{"item", attempt.item}, {"array", array}});
    Add(out, at, std::move(row));
  };
  const model::PodInstants& at = attempt.pod.facts.at;
  add(at.created, "QUEUED", "its pod was made");
  add(at.admitted, "", "there was room for it");
  add(at.pull_started, "", "its image began to be pulled");
  add(at.pull_ended, "", "its image was there");
  add(at.started, "RUNNING", "its container began");
  add(at.ended, "", "its last container ended");
  for (const model::Reason& reason : attempt.reasons) add(reason.occurred_at, "", reason.message);
  if (IsTerminal(attempt.phase))
    add(attempt.updated_at, std::string(PhaseName(attempt.phase)),
        attempt.error ? attempt.error->message : Cat("attempt ", attempt.id.attempt + 1, " ended"));
}

}  // namespace

json RunView(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record) {
  RunLookup run(reader, sources.plans, record);
  run.LoadAll();
  const RunFacts facts = GatherAllFacts(run);
  json execution = ExecutionRow(reader, facts);
  execution.update(Details(run));
  json attempts = json::array();
  for (const model::TaskRecord& attempt : run.Attempts()) {
    if (attempt.item < 0 && !attempt.unlisted) attempts.push_back(AttemptRow(sources.logs, attempt));
  }
  return {{"execution", std::move(execution)},
          {"story", StoryOf(facts, std::chrono::system_clock::now())},
          {"nodes", NodeWalk(run).Rows()},
          {"attempts", std::move(attempts)}};
}

json ItemsView(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record,
               const ItemsWanted& wanted) {
  RunLookup run(reader, sources.plans, record);
  const auto found = reader.ListItems({record.id, wanted.node}, wanted.phase, wanted.from, wanted.limit + 1);
  json items = json::array(), next;
  for (const model::NodeRecord& item : found) {
    if (items.size() == wanted.limit) {
      next = item.item;
      break;
    }
    items.push_back(ItemRow(run, sources, item));
  }
  uint64_t total = 0;
  for (const auto& [phase, count] : reader.CountNodes({record.id, wanted.node})) {
    if (wanted.phase == model::NodePhase::kUndefined || phase == wanted.phase) total += count;
  }
  return {{"items", std::move(items)}, {"total", total}, {"next", next}};
}

json NodeView(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record,
              const model::NodeRecord& node) {
  RunLookup run(reader, sources.plans, record);
  json row = NodeRow(run, node, run.PlaceOf(node));
  if (node.item >= 0) row["item"] = node.item;
  if (row.contains("cache")) {
    if (json why = WhyMissed(reader, record, node); !why.is_null()) row["cache"]["why_missed"] = std::move(why);
  }
  json attempts = json::array();
  for (uint32_t number = 0; number <= node.attempts; ++number) {
    const auto attempt = reader.FindTask({node.id, number});
    if (attempt && !attempt->unlisted)
      attempts.push_back(AttemptRow(sources.logs, *attempt, node.item < 0 ? "" : node.parent));
  }
  return {{"node", std::move(row)}, {"attempts", std::move(attempts)}};
}

json RunEventsView(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record, size_t from,
                   size_t limit) {
  RunLookup run(reader, sources.plans, record);
  run.LoadAll();
  std::vector<Happening> all;
  AddExecution(record, all);
  for (const std::string& id : run.NodeIds()) {
    const model::NodeRecord& node = *run.FindNode(id);
    if (!IsMarker(node)) AddNode(node, all);
  }
  for (const model::TaskRecord& attempt : run.Attempts()) AddAttempt(run, attempt, all);
  std::ranges::sort(all, {}, [](const Happening& each) { return std::pair(each.at, each.place); });
  json events = json::array(), next;
  for (size_t i = from; i < all.size() && events.size() < limit; ++i) events.push_back(std::move(all[i].row));
  if (from + events.size() < all.size()) next = from + events.size();
  return {{"events", std::move(events)}, {"next", next}};
}

}  // namespace sandbox::api
