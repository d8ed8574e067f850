#pragma once

// The rows of one execution and their places in its workflows, read one by one as they are asked for, or all at once.
//
// Thread: one, within one read of the store.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sandbox/base/lru_cache.h"
#include "sandbox/engine/plan.h"
#include "sandbox/executor/plans.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

// Plans of workflows, those that dynamic nodes made too. Any thread.
class RunPlans {
 public:
  explicit RunPlans(std::shared_ptr<executor::Plans> registered) : registered_(std::move(registered)) {}

  // Null: it is not stored, or cannot be read.
  std::shared_ptr<const engine::Plan> Find(MetadataReader& reader, const EntityId& workflow);
  // Null when the node made none.
  std::shared_ptr<const engine::Plan> FindMade(const model::NodeRecord& node);

 private:
  static constexpr uint64_t kMadeBytesMax = 32ull << 20;

  const std::shared_ptr<executor::Plans> registered_;
  LruCache<std::string, engine::Plan> made_{kMadeBytesMax};
};

// Where a node stands. Pointers live as long as the plan.
struct NodePlace {
  std::shared_ptr<const engine::Plan> plan;
  const engine::Graph* graph = nullptr;     // null: it is an item, or its workflow is not known
  uint32_t index = 0;                       // in `graph`
  const engine::GraphNode* node = nullptr;  // null: not known
  std::string outer;                        // the unique id of the node whose workflow it is of; empty: the execution's
  uint32_t outer_attempt = 0;

  // The unique id of another node of the same workflow.
  std::string IdOf(uint32_t place) const;
  // Null when it runs none.
  const flyteidl::core::TaskTemplate* Task() const;
};

class RunLookup {
 public:
  RunLookup(MetadataReader& reader, RunPlans& plans, const model::ExecutionRecord& execution)
      : reader_(reader), plans_(plans), execution_(execution) {}

  const model::ExecutionRecord& Execution() const { return execution_; }
  MetadataReader& Reader() { return reader_; }
  RunPlans& Plans() { return plans_; }

  // Reads everything of the execution.
  void LoadAll();
  // In the order in which they were first stored; after LoadAll.
  const std::vector<std::string>& NodeIds() const { return ids_; }
  const std::vector<model::TaskRecord>& Attempts() const { return attempts_; }

  const model::NodeRecord* FindNode(const std::string& id);
  const model::TaskRecord* FindAttempt(const std::string& node, uint32_t attempt);
  // Children of a node, or an array's items, by phase.
  std::map<model::NodePhase, uint64_t> Counts(const std::string& node);
  NodePlace PlaceOf(const model::NodeRecord& record);
  // The workflow inside of a node that is a workflow or made one, as the place of its start-node; no graph: none.
  NodePlace Inside(const NodePlace& place, const model::NodeRecord& record);
  NodePlace Root();

 private:
  MetadataReader& reader_;
  RunPlans& plans_;
  const model::ExecutionRecord& execution_;
  bool all_ = false;
  std::vector<std::string> ids_;
  std::unordered_map<std::string, std::optional<model::NodeRecord>> nodes_;
  std::vector<model::TaskRecord> attempts_;
  std::map<std::pair<std::string, uint32_t>, std::optional<model::TaskRecord>> found_attempts_;
  std::unordered_map<std::string, std::vector<size_t>> attempts_of_;  // of a node, in attempts_
  std::unordered_map<std::string, std::map<model::NodePhase, uint64_t>> counts_;
};

// The array node of an item's attempt; empty: it is of no item, or its node is gone.
std::string ArrayOf(MetadataReader& reader, const model::TaskRecord& attempt);

}  // namespace sandbox::api
