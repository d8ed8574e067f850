#pragma once

// One execution in a store of its own, and the workflow that it runs.

#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "api/local/run_view.h"
#include "flyteidl/core/compiler.pb.h"
#include "store/sqlite_store.h"
#include "support/temp_directory.h"

namespace sandbox::testing {

namespace core = flyteidl::core;
using namespace std::chrono_literals;
using namespace sandbox::api;
using nlohmann::json;

inline const ExecutionId kRun{"p", "d", "run"};
inline const Instant kStart{std::chrono::hours(24 * 365 * 56)};

// A workflow whose nodes follow each other in the order in which they are added.
class Workflow {
 public:
  explicit Workflow(core::CompiledWorkflow& workflow) : workflow_(workflow) {
    Add("start-node");
    last_ = "start-node";
  }
  ~Workflow() {
    Add("end-node");
    After(last_, "end-node");
  }
  core::Node& Then(const std::string& id) {
    core::Node& node = Add(id);
    After(std::exchange(last_, id), id);
    return node;
  }
  core::Node& Beside(const std::string& id, const std::string& before) {
    core::Node& node = Add(id);
    After(before, id);
    return node;
  }

 private:
  core::Node& Add(const std::string& id) {
    core::Node& node = *workflow_.mutable_template_()->add_nodes();
    node.set_id(id);
    return node;
  }
  void After(const std::string& before, const std::string& id) {
    (*workflow_.mutable_connections()->mutable_upstream())[id].add_ids(before);
  }

  core::CompiledWorkflow& workflow_;
  std::string last_;
};

inline void RunsTask(core::Node& node, const std::string& name) {
  node.mutable_metadata()->set_name(name);
  node.mutable_task_node()->mutable_reference_id()->set_name(name);
}

struct World {
  World() : store(std::move(*store::SqliteStore::Open(directory.Path() + "/state.db"))) {
    execution.id = kRun;
    execution.workflow = {EntityKind::kWorkflow, "p", "d", "wf", "v"};
    execution.launch_plan = {EntityKind::kLaunchPlan, "p", "d", "wf", "v"};
    execution.phase = model::ExecutionPhase::kRunning;
    execution.created_at = execution.started_at = execution.updated_at = kStart;
  }

  void Write(const std::function<Status(MetadataWriter&)>& work) {
    std::promise<Status> done;
    store->Write(work, [&](Status status) { done.set_value(std::move(status)); });
    REQUIRE(done.get_future().get());
  }
  void Begin(const core::CompiledWorkflowClosure& closure) {
    model::EntityRecord entity;
    entity.id = execution.workflow;
    entity.closure = closure.SerializeAsString();
    Write([&](MetadataWriter& writer) { return writer.InsertEntity(entity); });
    Write([&](MetadataWriter& writer) { return writer.InsertExecution(execution); });
  }
  model::NodeRecord Node(const std::string& id, model::NodePhase phase) const {
    model::NodeRecord out;
    out.id = {kRun, id};
    out.spec_node_id = id;
    out.phase = phase;
    out.created_at = out.queued_at = out.started_at = out.updated_at = kStart;
    if (model::IsTerminal(phase)) out.duration = 2s;
    return out;
  }
  void Put(const model::NodeRecord& node) {
    Write([&](MetadataWriter& writer) { return writer.PutNode(node); });
  }
  void Put(const model::TaskRecord& task) {
    Write([&](MetadataWriter& writer) { return writer.PutTask(task); });
  }

  json View() {
    const RowSources sources{plans, directory.Path()};
    return store->Query([&](MetadataReader& reader) { return RunView(reader, sources, *reader.FindExecution(kRun)); });
  }
  json Items(ItemsWanted wanted) {
    const RowSources sources{plans, directory.Path()};
    return store->Query(
        [&](MetadataReader& reader) { return ItemsView(reader, sources, *reader.FindExecution(kRun), wanted); });
  }

  json OneNode(const std::string& node) {
    const RowSources sources{plans, directory.Path()};
    return store->Query([&](MetadataReader& reader) {
      return NodeView(reader, sources, *reader.FindExecution(kRun), *reader.FindNode({kRun, node}));
    });
  }

  TempDirectory directory;
  std::unique_ptr<store::SqliteStore> store;
  RunPlans plans{std::make_shared<executor::Plans>()};
  model::ExecutionRecord execution;
};

}  // namespace sandbox::testing
