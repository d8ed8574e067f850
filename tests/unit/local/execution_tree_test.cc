#include "api/local/execution_tree.h"

#include <catch2/catch.hpp>
#include <future>
#include <nlohmann/json.hpp>

#include "flyteidl/admin/node_execution.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "store/sqlite_store.h"
#include "support/temp_directory.h"

using namespace sandbox;
using nlohmann::json;

namespace {

namespace core = flyteidl::core;

const ExecutionId kParent{"p", "d", "parent"}, kChild{"p", "d", "child"};

core::Node NodeCalled(const std::string& id) {
  core::Node out;
  out.set_id(id);
  out.mutable_metadata()->set_name("name of " + id);
  return out;
}

// One node of each kind; the sub-workflow has a task and the branch two ways.
std::string Closure() {
  core::CompiledWorkflowClosure out;
  auto* sub = out.add_sub_workflows()->mutable_template_();
  sub->mutable_id()->set_name("sub");
  *sub->add_nodes() = NodeCalled("n0");
  sub->mutable_nodes(0)->mutable_task_node();
  auto* main = out.mutable_primary()->mutable_template_();
  const auto add = [&](const std::string& id) {
    *main->add_nodes() = NodeCalled(id);
    return main->mutable_nodes(main->nodes_size() - 1);
  };
  add("n0")->mutable_task_node();
  add("n1")->mutable_workflow_node()->mutable_sub_workflow_ref()->set_name("sub");
  add("n2")->mutable_workflow_node()->mutable_launchplan_ref()->set_name("plan");
  auto* block = add("n3")->mutable_branch_node()->mutable_if_else();
  *block->mutable_case_()->mutable_then_node() = NodeCalled("n3-n0");
  *block->mutable_else_node() = NodeCalled("n3-n1");
  block->mutable_else_node()->mutable_task_node();
  add("n4")->mutable_gate_node()->mutable_signal()->set_signal_id("amount");
  add("n5")->mutable_gate_node()->mutable_approve()->set_signal_id("ok");
  add("n6")->mutable_gate_node()->mutable_sleep();
  add("n7")->mutable_array_node();
  add("n8")->mutable_task_node();
  *main->mutable_failure_node() = NodeCalled("fn0");
  main->mutable_failure_node()->mutable_task_node();
  return out.SerializeAsString();
}

// What the dynamic node n8 made: a launch plan.
std::string Made() {
  flyteidl::admin::DynamicWorkflowNodeMetadata out;
  auto* node = out.mutable_compiled_workflow()->mutable_primary()->mutable_template_()->add_nodes();
  *node = NodeCalled("dn0");
  node->mutable_workflow_node()->mutable_launchplan_ref()->set_name("plan");
  return out.SerializeAsString();
}

struct World {
  World() : store(std::move(*store::SqliteStore::Open(directory.Path() + "/state.db"))) {}

  void Write(const std::function<Status(MetadataWriter&)>& work) {
    std::promise<Status> done;
    store->Write(work, [&](Status status) { done.set_value(std::move(status)); });
    REQUIRE(done.get_future().get());
  }
  void PutExecution(const ExecutionId& id, const std::string& workflow) {
    model::ExecutionRecord record;
    record.id = id;
    record.phase = model::ExecutionPhase::kRunning;
    record.workflow = {EntityKind::kWorkflow, "p", "d", workflow, "v"};
    Write([&](MetadataWriter& writer) { return writer.InsertExecution(record); });
  }
  model::NodeRecord PutNode(const ExecutionId& execution, const std::string& id, const std::string& spec,
                            const std::string& parent, const std::function<void(model::NodeRecord&)>& change = {}) {
    model::NodeRecord node;
    node.id = {execution, id};
    node.spec_node_id = spec;
    node.parent = parent;
    node.phase = model::NodePhase::kRunning;
    if (change) change(node);
    Write([&](MetadataWriter& writer) { return writer.PutNode(node); });
    return node;
  }
  void PutTask(const ExecutionId& execution, const std::string& node, uint32_t attempt, const std::string& pod_status) {
    model::TaskRecord task;
    task.id = {{execution, node}, attempt};
    task.task = {EntityKind::kTask, "p", "d", "a.task", "v"};
    task.generated_name = execution.name + "-" + node + "-" + std::to_string(attempt);
    task.phase = model::TaskPhase::kQueued;
    task.pod_status = pod_status;
    task.reasons = {{Instant{}, "waits for memory"}};
    Write([&](MetadataWriter& writer) { return writer.PutTask(task); });
  }
  json Tree(const ExecutionId& id) {
    return store->Query([&](MetadataReader& reader) { return api::TreeOf(reader, *reader.FindExecution(id)); });
  }

  testing::TempDirectory directory;
  std::unique_ptr<store::SqliteStore> store;
};

struct Everything : World {
  Everything() {
    model::EntityRecord workflow;
    workflow.id = {EntityKind::kWorkflow, "p", "d", "all", "v"};
    workflow.closure = Closure();
    Write([&](MetadataWriter& writer) { return writer.InsertEntity(workflow); });
    PutExecution(kParent, "all");
    PutExecution(kChild, "not stored");
    for (const char* id : {"start-node", "n0", "n1", "n3", "n4", "n5", "n6", "fn0"}) PutNode(kParent, id, id, "");
    PutNode(kParent, "n1-0-n0", "n0", "n1");
    PutNode(kParent, "n3-0-n3-n1", "n3-n1", "n3");
    PutNode(kParent, "n2", "n2", "", [](auto& node) { node.child_execution = kChild; });
    PutNode(kParent, "n7", "n7", "", [](auto& node) { node.is_array = true; });
    for (int i : {2, 0, 1})
      PutNode(kParent, "n7-0-n" + std::to_string(i), "n0", "n7", [&](auto& node) { node.item = i; });
    PutNode(kParent, "n8", "n8", "", [](auto& node) {
      node.is_dynamic = true;
      node.dynamic_workflow = Made();
    });
    PutNode(kParent, "n8-0-dn0", "dn0", "n8");
    PutNode(kChild, "n0", "n0", "");
    PutTask(kChild, "n0", 0, "Error");
    PutTask(kChild, "n0", 1, "Pending");
    PutTask(kParent, "n7-0-n1", 0, "Running");
  }
  json Find(const std::string& id) {
    const json tree = Tree(kParent);
    for (const json& node : tree["nodes"]) {
      if (node["id"] == id) return node;
    }
    FAIL("no node " << id);
    return {};
  }
};

}  // namespace

TEST_CASE_METHOD(Everything, "Every node has its kind, by the workflow that it is of") {
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"n0", "task"},     {"n1", "workflow"}, {"n2", "launch plan"}, {"n3", "branch"},  {"n4", "signal"},
      {"n5", "approval"}, {"n6", "sleep"},    {"n7", "map"},         {"n8", "dynamic"}, {"fn0", "task"}};
  for (const auto& [id, kind] : kinds) {
    CAPTURE(id);
    CHECK(Find(id)["kind"] == kind);
  }
  CHECK(Find("n1")["children"][0]["kind"] == "task");
  CHECK(Find("n1")["children"][0]["name"] == "name of n0");
  CHECK(Find("n3")["children"][0]["kind"] == "task");
  CHECK(Find("n8")["children"][0]["kind"] == "launch plan");
}

TEST_CASE_METHOD(Everything, "Markers are left out, items come by their index, and attempts have their pods") {
  const json tree = Tree(kParent);
  CHECK(tree["nodes"].size() == 10);
  CHECK(tree["nodes"][2]["id"] == "n2");
  CHECK(tree["nodes"][9]["id"] == "fn0");
  const json items = Find("n7")["children"];
  REQUIRE(items.size() == 3);
  CHECK(items[0]["index"] == 0);
  CHECK(items[2]["index"] == 2);
  CHECK(items[1]["pods"][0]["name"] == "parent-n7-0-n1-0");
}

TEST_CASE_METHOD(Everything, "A launch plan's execution is inside, its kinds told by the rows alone") {
  const json child = Find("n2")["execution"];
  REQUIRE(child.is_object());
  CHECK(child["name"] == "child");
  const json node = child["nodes"][0];
  CHECK(node["kind"] == "task");
  CHECK(node["attempts"] == 2);
  CHECK(node["pods"].size() == 2);
  CHECK(node["waits_for"] == "waits for memory");
}

TEST_CASE_METHOD(Everything, "An open gate tells its signal and the type, until it is set") {
  CHECK(Find("n4")["signal"].is_null());
  core::LiteralType type;
  type.set_simple(core::INTEGER);
  model::SignalRecord signal{kParent, "amount", type.SerializeAsString(), "", Instant{}};
  Write([&](MetadataWriter& writer) { return writer.PutSignal(signal); });
  CHECK(Find("n4")["signal"] == json{{"id", "amount"}, {"type", {{"simple", "INTEGER"}}}});
  signal.value = "set";
  Write([&](MetadataWriter& writer) { return writer.PutSignal(signal); });
  CHECK(Find("n4")["signal"].is_null());
}
