// What an execution tells of the nodes that it takes over from the one it recovers.

#include <algorithm>
#include <catch2/catch.hpp>

#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

using model::NodePhase;
using model::NodeRecord;

const EngineConfig kConfig;
const ExecutionId kOld{"p", "d", "old"};
const ExecutionId kNew{"p", "d", "new"};

struct Bench {
  RecoveredNode& Old(const std::string& id, NodePhase phase, const std::string& parent = "") {
    RecoveredNode& node = old[id];
    node.record.id = {kOld, id};
    node.record.spec_node_id = id.substr(id.rfind("-0-") == std::string::npos ? 0 : id.rfind("-0-") + 3);
    node.record.phase = phase;
    node.record.parent = parent;
    node.record.input_uri = "s3://b/old/" + id + "/inputs.pb";
    node.record.output_uri = "s3://b/old/" + id + "/outputs.pb";
    node.record.created_at = node.record.started_at = node.record.updated_at = Instant(std::chrono::seconds(5));
    node.record.duration = std::chrono::seconds(1);
    if (!parent.empty()) node.record.retry_group = "0";
    if (!parent.empty()) old.at(parent).inside.push_back(id);
    return node;
  }
  // The rows of the first step of the execution that recovers, by node.
  std::map<std::string, NodeRecord> Rows() {
    const sim::SimGraph graph = sim::BuildSimGraph({{}}, {});
    run = MakeRun(kConfig, *Plan::Build(graph.closure), {graph.Launch(kNew, now).record});
    run.recovered = old;
    const Decision decision = Step(run, Launched{}, now);
    std::map<std::string, NodeRecord> out;
    for (const NodeRecord& node : decision.nodes) {
      CHECK(node.id.execution == kNew);
      CHECK(out.emplace(node.id.node, node).second);
    }
    return out;
  }

  Instant now{std::chrono::seconds(1000)};
  std::unordered_map<std::string, RecoveredNode> old;
  Run run;
};

}  // namespace

TEST_CASE("a node that is recovered is told as what it was, of whatever kind", "[engine]") {
  Bench bench;
  NodeRecord& old = bench.Old("n0", GENERATE(NodePhase::kSucceeded, NodePhase::kRecovered)).record;
  old.is_parent = GENERATE(false, true);
  old.is_dynamic = GENERATE(false, true);
  old.is_array = GENERATE(false, true);
  old.has_task_metadata = GENERATE(false, true);
  old.deck_uri = "s3://b/old/n0/deck.html";
  old.cache_status = 3;
  old.catalog_key = "key";
  old.child_execution = ExecutionId{"p", "d", "child"};
  old.dynamic_job_spec_uri = "s3://b/old/n0/futures.pb";
  old.dynamic_workflow = "workflow";
  const NodeRecord row = bench.Rows().at("n0");
  CHECK(row.phase == NodePhase::kRecovered);
  CHECK(row.is_parent == old.is_parent);
  CHECK(row.is_dynamic == old.is_dynamic);
  CHECK(row.is_array == old.is_array);
  CHECK(row.has_task_metadata == old.has_task_metadata);
  CHECK(row.deck_uri == old.deck_uri);
  CHECK(row.cache_status == old.cache_status);
  CHECK(row.catalog_key == old.catalog_key);
  CHECK(row.child_execution == old.child_execution);
  CHECK(row.dynamic_job_spec_uri == old.dynamic_job_spec_uri);
  CHECK(row.dynamic_workflow == old.dynamic_workflow);
  // How it came to that is not this execution's.
  CHECK(row.started_at == Instant{});
  CHECK_FALSE(row.duration);
  CHECK(row.output_uri == "s3://my-s3-bucket/metadata/propeller/p-d-new/n0/data/0/outputs.pb");
}

TEST_CASE("what was inside of a recovered node has rows again, but for what had not ended well", "[engine]") {
  Bench bench;
  bench.Old("n0", NodePhase::kSucceeded).record.is_parent = true;
  bench.Old("n0-0-start-node", NodePhase::kSucceeded, "n0");
  bench.Old("n0-0-n1", NodePhase::kSucceeded, "n0").record.is_array = true;
  bench.Old("n0-0-n2", NodePhase::kSkipped, "n0");
  bench.Old("n0-0-n3", NodePhase::kFailed, "n0");
  bench.Old("n0-0-n3-0-n0", NodePhase::kSucceeded, "n0-0-n3");
  bench.Old("n0-0-n4", NodePhase::kSucceeded, "n0");
  bench.Old("n0-0-n4-0-n0", NodePhase::kRecovered, "n0-0-n4");
  const auto rows = bench.Rows();
  CHECK_FALSE(rows.contains("n0-0-n3"));
  CHECK_FALSE(rows.contains("n0-0-n3-0-n0"));
  CHECK(rows.at("n0-0-start-node").phase == NodePhase::kSucceeded);
  CHECK(rows.at("n0-0-n2").phase == NodePhase::kSkipped);
  for (const char* id : {"n0-0-n1", "n0-0-n4", "n0-0-n4-0-n0"}) {
    const NodeRecord& row = rows.at(id);
    const NodeRecord& old = bench.old.at(id).record;
    CHECK(row.phase == NodePhase::kRecovered);
    CHECK(row.parent == old.parent);
    CHECK(row.retry_group == "0");
    CHECK(row.spec_node_id == old.spec_node_id);
    CHECK(row.is_array == old.is_array);
    CHECK(row.input_uri == old.input_uri);
    CHECK(row.output_uri == old.output_uri);
    CHECK(row.created_at == bench.now);
    CHECK(row.started_at == Instant{});
  }
  // The rows are of no concern to a later process.
  StoredRun stored{bench.run.record};
  for (const auto& [id, row] : rows) stored.nodes.push_back(row);
  const Run again = MakeRun(kConfig, bench.run.plan, std::move(stored));
  CHECK(again.scopes.size() == 1);
  CHECK(again.nodes[again.by_id.at("n0")].record.phase == NodePhase::kRecovered);
}

TEST_CASE("a dynamic node that goes on with the workflow it had made keeps its deck", "[engine]") {
  Bench bench;
  RecoveredNode& old = bench.Old("n0", NodePhase::kFailed);
  old.futures = "futures";
  old.record.deck_uri = "s3://b/old/n0/deck.html";
  const NodeRecord row = bench.Rows().at("n0");
  CHECK(row.phase == NodePhase::kRunning);
  CHECK(row.deck_uri == old.record.deck_uri);
}

}  // namespace sandbox::engine
