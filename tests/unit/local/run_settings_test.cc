// Who set what is in force for an execution.

#include "api/local/run_settings.h"

#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/admin/matchable_resource.pb.h"
#include "unit/local/run_world.h"

namespace sandbox::testing {
namespace {

namespace admin = flyteidl::admin;

struct Settled : World {
  Settled() {
    config.max_parallelism = 25;
    config.task_resources.defaults = {{"memory", "200Mi"}};
    machine = {{"max_parallelism", "25", "config.yaml:4"}, {"task_resources.defaults.memory", "200Mi", "preset"}};
    execution.settings.max_parallelism = 25;
    execution.settings.resource_defaults = config.task_resources.defaults;
    plan.mutable_workflow_id()->set_name("wf");
  }
  void Store() {
    execution.spec = request.SerializeAsString();
    model::EntityRecord entity;
    entity.id = execution.launch_plan;
    entity.spec = plan.SerializeAsString();
    entity.schedule_type = "NONE";
    Write([&](MetadataWriter& writer) { return writer.InsertEntity(entity); });
    Write([&](MetadataWriter& writer) { return writer.InsertExecution(execution); });
  }
  void Set(const model::AttributesKey& key, const admin::MatchingAttributes& attributes, int priority) {
    Write(
        [&](MetadataWriter& writer) { return writer.PutAttributes({key, priority, attributes.SerializeAsString()}); });
  }
  json From(const std::string& name) {
    const SettingSources sources{config, machine};
    const json view = store->Query(
        [&](MetadataReader& reader) { return RunSettingsView(reader, sources, *reader.FindExecution(kRun)); });
    for (const json& row : view["settings"]) {
      if (row["name"] == name) return row["from"];
    }
    return "there is no such row";
  }
  json Limit(const std::string& resource, const char* field) {
    const SettingSources sources{config, machine};
    const json view = store->Query(
        [&](MetadataReader& reader) { return RunLimitsView(reader, sources, *reader.FindExecution(kRun)); });
    for (const json& row : view["resources"]) {
      if (row["resource"] == resource) return row[field];
    }
    return "there is no such row";
  }

  registry::RegistryConfig config;
  std::vector<Setting> machine;
  admin::ExecutionSpec request;
  admin::LaunchPlanSpec plan;
};

TEST_CASE("what nobody set is the machine's or the default", "[settings]") {
  Settled world;
  world.Store();
  CHECK(world.From("max_parallelism") == "config.yaml:4");
  CHECK(world.From("interruptible") == "default");
  CHECK(world.From("raw_output_prefix") == "default");
  CHECK(world.From("labels") == "default");
  CHECK(world.Limit("memory", "default_from") == "preset");
  CHECK(world.Limit("memory", "default") == "200Mi");
}

TEST_CASE("the request goes before the launch plan", "[settings]") {
  Settled world;
  world.request.mutable_interruptible()->set_value(true);
  world.request.mutable_labels()->mutable_values()->insert({"team", "a"});
  world.plan.mutable_interruptible()->set_value(true);
  world.plan.mutable_raw_output_data_config()->set_output_location_prefix("s3://b/x");
  world.plan.set_max_parallelism(7);
  world.execution.settings.interruptible = true;
  world.execution.settings.labels = {{"team", "a"}};
  world.execution.settings.raw_output_prefix = "s3://b/x";
  world.execution.settings.max_parallelism = 7;
  world.request.set_max_parallelism(7);  // as it is read back
  world.Store();
  CHECK(world.From("interruptible") == "request");
  CHECK(world.From("labels") == "request");
  CHECK(world.From("raw_output_prefix") == "launch_plan");
  CHECK(world.From("max_parallelism") == "launch_plan");
}

TEST_CASE("attributes are told by their place, and forgotten when they were changed since", "[settings]") {
  Settled world;
  world.execution.settings.max_parallelism = 3;
  world.execution.settings.resource_limits = {{"memory", "2Gi"}};
  world.execution.settings.resource_defaults.clear();
  world.Store();
  CHECK(world.From("max_parallelism").is_null());
  admin::MatchingAttributes run, task;
  run.mutable_workflow_execution_config()->set_max_parallelism(3);
  world.Set({"p", "d", "", "", admin::WORKFLOW_EXECUTION_CONFIG}, run, 1);
  task.mutable_task_resource_attributes()->mutable_limits()->set_memory("2Gi");
  world.Set({"p", "d", "wf", "", admin::TASK_RESOURCE}, task, 100);
  CHECK(world.From("max_parallelism") == "project_domain");
  CHECK(world.Limit("memory", "limit_from") == "workflow");
  task.mutable_task_resource_attributes()->mutable_limits()->set_memory("4Gi");
  world.Set({"p", "d", "wf", "", admin::TASK_RESOURCE}, task, 100);
  CHECK(world.Limit("memory", "limit_from").is_null());
}

}  // namespace
}  // namespace sandbox::testing
