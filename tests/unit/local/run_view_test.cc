// What the page of one run gets: nodes that run, that ended and that have not begun; arrays; waits; the size.

#include <map>

#include "flyteidl/core/catalog.pb.h"
#include "unit/local/run_world.h"

namespace sandbox::testing {
namespace {

std::map<std::string, json> ById(const json& nodes) {
  std::map<std::string, json> out;
  for (const json& node : nodes) out[node["id"]] = node;
  return out;
}

core::CompiledWorkflowClosure Line(size_t tasks) {
  core::CompiledWorkflowClosure closure;
  Workflow workflow(*closure.mutable_primary());
  for (size_t i = 0; i < tasks; ++i) RunsTask(workflow.Then("n" + std::to_string(i)), "task" + std::to_string(i));
  return closure;
}

TEST_CASE("the node of a single task is called as its task", "[runs]") {
  World world;
  core::CompiledWorkflowClosure closure;
  {
    Workflow workflow(*closure.mutable_primary());
    auto& node = workflow.Then("coretaskrunbatch");
    RunsTask(node, "core.task.run_batch");
    node.mutable_metadata()->set_name("coretaskrunbatch");
    closure.add_tasks()->mutable_template_()->mutable_id()->set_name("core.task.run_batch");
  }
  world.Begin(closure);
  CHECK(ById(world.View()["nodes"]).at("coretaskrunbatch")["display"] == "run_batch");
}

TEST_CASE("nodes that have not begun are there, in the workflow's order", "[runs]") {
  World world;
  core::CompiledWorkflowClosure closure;
  {
    Workflow sub(*closure.add_sub_workflows());
    closure.mutable_sub_workflows(0)->mutable_template_()->mutable_id()->set_name("sub");
    RunsTask(sub.Then("n0"), "inner");
    Workflow workflow(*closure.mutable_primary());
    RunsTask(workflow.Then("n0"), "load");
    auto& branch = workflow.Then("n1");
    auto* block = branch.mutable_branch_node()->mutable_if_else();
    block->mutable_case_()->mutable_then_node()->set_id("n1-n0");
    block->mutable_else_node()->set_id("n1-n1");
    workflow.Then("n2").mutable_workflow_node()->mutable_sub_workflow_ref()->set_name("sub");
  }
  world.Begin(closure);
  world.Put(world.Node("start-node", model::NodePhase::kSucceeded));
  world.Put(world.Node("n0", model::NodePhase::kSucceeded));
  const json view = world.View();
  const auto nodes = ById(view["nodes"]);
  CHECK_FALSE(nodes.at("end-node").contains("wait"));
  CHECK(nodes.at("n0")["phase"] == "SUCCEEDED");
  CHECK(nodes.at("n0")["display"] == "load");
  CHECK(nodes.at("n0")["order"] < nodes.at("n1")["order"]);
  CHECK(nodes.at("n1")["kind"] == "branch");
  CHECK(nodes.at("n1")["phase"] == "NOT_STARTED");
  CHECK(nodes.at("n1")["upstream"] == json({"n0"}));
  CHECK(nodes.at("n2")["kind"] == "workflow");
  CHECK(nodes.at("n2")["wait"]["code"] == "UPSTREAM");
  CHECK(nodes.at("n2")["wait"]["nodes"] == json({"n1"}));
  CHECK(nodes.at("n1-0-n1-n0")["parent"] == "n1");
  CHECK(nodes.at("n2-0-n0")["parent"] == "n2");
  CHECK(nodes.at("n2-0-n0")["phase"] == "NOT_STARTED");
  CHECK(view["execution"]["nodes"] == json({{"total", 3}, {"done", 1}, {"running", 0}, {"failed", 0}}));
  CHECK(view["story"]["code"] == "running");
}

TEST_CASE("a branch says which case it took", "[runs]") {
  World world;
  core::CompiledWorkflowClosure closure;
  {
    Workflow workflow(*closure.mutable_primary());
    auto* block = workflow.Then("n0").mutable_branch_node()->mutable_if_else();
    block->mutable_case_()->mutable_then_node()->set_id("a");
    block->mutable_else_node()->set_id("b");
  }
  world.Begin(closure);
  auto branch = world.Node("n0", model::NodePhase::kSucceeded);
  branch.is_parent = true;
  world.Put(branch);
  auto choice = world.Node("n0-0-b", model::NodePhase::kSucceeded);
  choice.spec_node_id = "b";
  choice.parent = "n0";
  world.Put(choice);
  CHECK(ById(world.View()["nodes"]).at("n0")["taken_case"] == "n0-0-b");
}

core::CompiledWorkflowClosure MapOver(const std::string& task) {
  core::CompiledWorkflowClosure closure;
  {
    Workflow workflow(*closure.mutable_primary());
    auto& array = *workflow.Then("n0").mutable_array_node();
    array.mutable_node()->set_id("n0");
    RunsTask(*array.mutable_node(), task);
  }
  return closure;
}

TEST_CASE("an array counts its items by phase, and lists them", "[runs]") {
  World world;
  world.Begin(MapOver("double"));
  auto array = world.Node("n0", model::NodePhase::kRunning);
  array.is_array = true;
  array.state = model::ArrayState{5};
  array.wait = model::NodeWait::kInside;
  world.Put(array);
  for (int i = 0; i < 3; ++i) {
    auto item =
        world.Node("n0-0-n" + std::to_string(i), i == 0 ? model::NodePhase::kFailed : model::NodePhase::kRunning);
    item.parent = "n0";
    item.item = i;
    world.Put(item);
  }
  const json view = world.View();
  CHECK(view["nodes"].size() == 3);
  const json items = ById(view["nodes"]).at("n0")["items"];
  CHECK(items["total"] == 5);
  CHECK(items["by_phase"] == json({{"FAILED", 1}, {"RUNNING", 2}, {"NOT_STARTED", 2}}));
  CHECK(world.Items({.node = "n0"})["items"].size() == 3);
  const json running = world.Items({.node = "n0", .phase = model::NodePhase::kRunning, .limit = 1});
  CHECK(running["total"] == 2);
  CHECK(running["items"][0]["item"] == 1);
  CHECK(running["next"] == 2);
  CHECK(world.Items({.node = "n0", .from = 2})["items"][0]["item"] == 2);
}

TEST_CASE("an item is told as a node of its own, with all its attempts", "[runs]") {
  World world;
  world.Begin(MapOver("double"));
  auto array = world.Node("n0", model::NodePhase::kRunning);
  array.is_array = true;
  world.Put(array);
  auto item = world.Node("n0-0-n7", model::NodePhase::kFailed);
  item.parent = "n0";
  item.item = 7;
  item.attempts = 1;
  item.deck_uri = "s3://b/deck.html";
  world.Put(item);
  for (uint32_t number : {0, 1}) {
    model::TaskRecord attempt;
    attempt.id = {item.id, number};
    attempt.item = 7;
    attempt.phase = model::TaskPhase::kFailed;
    world.Put(attempt);
  }
  const json view = world.OneNode("n0-0-n7");
  CHECK(view["node"]["id"] == "n0-0-n7");
  CHECK(view["node"]["parent"] == "n0");
  CHECK(view["node"]["item"] == 7);
  CHECK(view["node"]["kind"] == "task");
  CHECK(view["node"]["phase"] == "FAILED");
  CHECK(view["node"]["deck"] == "s3://b/deck.html");
  REQUIRE(view["attempts"].size() == 2);
  CHECK(view["attempts"][1]["attempt"] == 1);
  CHECK(view["attempts"][1]["item"] == 7);
  CHECK(view["attempts"][1]["array"] == "n0");
  CHECK(!world.OneNode("n0")["node"].contains("item"));
}

TEST_CASE("what comes from the cache says from where", "[runs]") {
  World world;
  world.Begin(Line(1));
  auto node = world.Node("n0", model::NodePhase::kSucceeded);
  node.cache_status = core::CACHE_HIT;
  core::CatalogMetadata from;
  auto* source = from.mutable_source_task_execution()->mutable_node_execution_id();
  source->set_node_id("n7");
  source->mutable_execution_id()->set_project("p");
  source->mutable_execution_id()->set_domain("d");
  source->mutable_execution_id()->set_name("earlier");
  node.catalog_key = from.SerializeAsString();
  world.Put(node);
  const json cache = ById(world.View()["nodes"]).at("n0")["cache"];
  const json earlier = {{"project", "p"}, {"domain", "d"}, {"execution", "earlier"}, {"node", "n7"}};
  CHECK(cache == json({{"status", "CACHE_HIT"}, {"from", earlier}}));
}

TEST_CASE("a pod that waits is the node's wait, the execution's why and its story", "[runs]") {
  World world;
  world.Begin(Line(2));
  auto node = world.Node("n0", model::NodePhase::kQueued);
  node.wait = model::NodeWait::kPod;
  world.Put(node);
  model::TaskRecord attempt;
  attempt.id = {{kRun, "n0"}, 0};
  attempt.phase = model::TaskPhase::kQueued;
  attempt.pod_status = "WaitingForResources";
  attempt.generated_name = "run-n0-0";
  attempt.pod.wait = {.code = model::PodWait::kResources, .since = kStart, .shortages = {{"cpu", 1500, 500, 2000}}};
  world.Put(attempt);
  const json view = world.View();
  const json wait = ById(view["nodes"]).at("n0")["wait"];
  CHECK(wait["code"] == "RESOURCES");
  CHECK(wait["needs"] == 1500);
  CHECK(wait["display"] == "task0");
  CHECK(view["execution"]["why"] == wait);
  CHECK(view["story"]["code"] == "wait.resources");
  CHECK(view["attempts"][0]["wait"]["code"] == "RESOURCES");
  CHECK(view["attempts"][0]["pod"] == "run-n0-0");
}

TEST_CASE("what waits for its turn says for how many", "[runs]") {
  World world;
  world.execution.settings.max_parallelism = 1;
  core::CompiledWorkflowClosure closure;
  {
    Workflow workflow(*closure.mutable_primary());
    RunsTask(workflow.Then("n0"), "one");
    RunsTask(workflow.Beside("n1", "start-node"), "two");
  }
  world.Begin(closure);
  world.Put(world.Node("start-node", model::NodePhase::kSucceeded));
  auto node = world.Node("n0", model::NodePhase::kRunning);
  node.wait = model::NodeWait::kPod;
  world.Put(node);
  const json view = world.View();
  const json wait = ById(view["nodes"]).at("n1")["wait"];
  CHECK(wait["code"] == "PARALLELISM");
  CHECK(wait["limit"] == 1);
  CHECK(wait["running"] == 1);
  CHECK(view["story"]["text"].get<std::string>().ends_with("1 more waits for a turn: at most 1 run at once."));
}

TEST_CASE("of a failed run the first failure is told, and how many nodes never began", "[runs]") {
  World world;
  world.execution.phase = model::ExecutionPhase::kFailed;
  world.execution.duration = 5s;
  world.execution.error = {
      "USER:RuntimeError", "Message:\n\n    ValueError: boom", "", model::ErrorKind::kUser, {}, ""};
  world.Begin(Line(4));
  world.Put(world.Node("n0", model::NodePhase::kSucceeded));
  auto failed = world.Node("n1", model::NodePhase::kFailed);
  failed.error = world.execution.error;
  world.Put(failed);
  const json view = world.View();
  CHECK(view["story"]["node"] == "n1");
  CHECK(view["story"]["behind"] == 2);
  CHECK(view["execution"]["error"]["node"] == "n1");
  CHECK(view["execution"]["error"]["line"] == "ValueError: boom");
}

TEST_CASE("a run of 1,000 nodes is told in 400 KB", "[runs]") {
  World world;
  world.Begin(Line(1000));
  world.Write([&](MetadataWriter& writer) -> Status {
    for (int i = 0; i < 500; ++i) {
      if (Status put = writer.PutNode(world.Node("n" + std::to_string(i), model::NodePhase::kSucceeded)); !put)
        return put;
    }
    return {};
  });
  const json view = world.View();
  CHECK(view["nodes"].size() == 1002);
  CHECK(view["nodes"].dump().size() < 400'000);
}

}  // namespace
}  // namespace sandbox::testing
