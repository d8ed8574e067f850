// What a page sees of the machine and does with it: schedules, secrets, images, doctor, settings.

#include <catch2/catch.hpp>
#include <filesystem>

#include "builds/journal.h"
#include "secrets/file_secrets.h"
#include "server/platform/events.h"
#include "server/platform/platform.h"
#include "server/platform/scheduled.h"

namespace sandbox::testing {
namespace {

using nlohmann::json;

struct Machine : Platform {
  Machine() { REQUIRE(Open()); }
  json Schedule(const std::string& name) const {
    for (const json& row : Http("GET", "/sandbox/v1/schedules").Json()["schedules"]) {
      if (row["name"] == name) return row;
    }
    return nullptr;
  }
  HttpAnswer Post(const std::string& path, const json& body = json::object()) const {
    return Http("POST", "/sandbox/v1/" + path, body.dump());
  }
};

json Named(const std::string& name) {
  json plan = {{"project", "flytesnacks"}, {"domain", "development"}, {"name", name}};
  return {{"schedules", json::array({plan})}};
}

TEST_CASE("a schedule is run now, with the time as its kickoff input", "[machine]") {
  Machine machine;
  RegisterSchedule(machine, "nightly", "0 2 * * *", "at");
  const auto before = std::chrono::system_clock::now() - std::chrono::seconds(1);
  const HttpAnswer answer = machine.Post("schedules/flytesnacks/development/nightly:run");
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  const admin::Execution run = machine.Ended(answer.Json()["name"]);
  CHECK(run.closure().phase() == idl::WorkflowExecution::SUCCEEDED);
  CHECK(run.spec().metadata().mode() == admin::ExecutionMetadata::MANUAL);
  CHECK_FALSE(run.spec().metadata().has_scheduled_at());
  const json inputs =
      machine.Http("GET", "/api/v1/data/executions/flytesnacks/development/" + run.id().name()).Json()["fullInputs"];
  const std::string at = inputs["literals"]["at"]["scalar"]["primitive"]["datetime"];
  CHECK(at >= FormatRfc3339(std::chrono::floor<std::chrono::seconds>(before)));
  CHECK(machine.Schedule("nightly")["history"].empty());  // it was no tick
  CHECK(machine.Post("schedules/flytesnacks/development/none:run").status == 404);
}

TEST_CASE("schedules are paused and resumed, one or all", "[machine]") {
  Machine machine;
  RegisterSchedule(machine, "one", "0 2 * * *");
  RegisterSchedule(machine, "two", "0 3 * * *");
  CHECK(machine.Schedule("one")["next"].size() == 5);
  CHECK(machine.Post("schedules:pause", Named("one")).Json()["schedules"].size() == 1);
  CHECK(machine.Schedule("one")["active"] == false);
  CHECK(machine.Schedule("one")["next"].empty());
  CHECK(machine.Schedule("two")["active"] == true);
  CHECK(machine.Post("schedules:pause", Named("one")).status == 404);
  CHECK(machine.Post("schedules/flytesnacks/development/one:run").status == 200);

  CHECK(machine.Post("schedules:pause").Json()["schedules"].size() == 1);
  CHECK(machine.Schedule("two")["active"] == false);
  const json resumed = machine.Post("schedules:resume").Json()["schedules"];
  REQUIRE(resumed.size() == 2);
  CHECK(resumed[0]["version"] == "v1");
  CHECK(machine.Schedule("one")["active"] == true);
  CHECK(machine.Post("schedules:resume", {{"schedules", json::array({1})}}).status == 400);
}

TEST_CASE("a launch plan that was never active is not paused", "[machine]") {
  Machine machine;
  RegisterSchedule(machine, "one", "0 2 * * *");
  admin::LaunchPlanCreateRequest other;
  FillId(other.mutable_id(), idl::LAUNCH_PLAN, "never", "v1");
  FillId(other.mutable_spec()->mutable_workflow_id(), idl::WORKFLOW, "one-workflow", "v1");
  other.mutable_spec()->mutable_entity_metadata()->mutable_schedule()->mutable_cron_schedule()->set_schedule(
      "0 4 * * *");
  other.mutable_spec()->mutable_default_inputs();
  other.mutable_spec()->mutable_fixed_inputs();
  admin::LaunchPlanCreateResponse response;
  grpc::ClientContext context;
  NeedOk(machine.Admin().CreateLaunchPlan(&context, other, &response));
  CHECK(machine.Schedule("never").is_null());
}

TEST_CASE("a secret that is wanted and not set is named, and no answer has a value", "[machine]") {
  Machine machine;
  admin::TaskCreateRequest request;
  FillId(request.mutable_id(), idl::TASK, "reads", "v3");
  auto* task = request.mutable_spec()->mutable_template_();
  task->set_type("python-task");
  task->mutable_interface()->mutable_inputs();
  task->mutable_interface()->mutable_outputs();
  task->mutable_metadata()->mutable_retries();
  task->mutable_container()->set_image("present:v1");
  for (const char* key : {"set", "unset"}) {
    auto* secret = task->mutable_security_context()->add_secrets();
    secret->set_group("user-info");
    secret->set_key(key);
  }
  admin::TaskCreateResponse response;
  grpc::ClientContext context;
  NeedOk(machine.Admin().CreateTask(&context, request, &response));
  secrets::FileSecrets store(machine.Folder() / "secrets");
  REQUIRE(store.Put({"user-info", "set"}, "treasure"));

  const HttpAnswer answer = machine.Http("GET", "/sandbox/v1/secrets");
  CHECK(answer.body.find("treasure") == std::string::npos);
  const json list = answer.Json();
  REQUIRE(list["secrets"].size() == 1);
  CHECK(list["secrets"][0].size() == 4);
  CHECK(list["secrets"][0]["wanted_by"][0]["name"] == "reads");
  REQUIRE(list["missing"].size() == 1);
  CHECK(list["missing"][0]["command"] == "sandbox secrets set user-info unset");
  CHECK(list["missing"][0]["wanted_by"][0]["version"] == "v3");
}

TEST_CASE("images are present or missing, and are pulled", "[machine]") {
  Machine machine;
  machine.Task("t", "true");  // of image:v1
  const json images = machine.Http("GET", "/sandbox/v1/images").Json()["images"];
  REQUIRE(images.size() == 2);
  CHECK(images[0]["reference"] == "image:v1");
  CHECK(images[0]["state"] == "missing");
  CHECK(images[0]["command"] == "sandbox build . -t image:v1");
  CHECK(images[0]["used_by"][0]["name"] == "t");
  CHECK(images[1]["state"] == "present");
  CHECK(images[1]["platform"] == "linux/amd64");
  const json tasks = machine.Http("GET", "/sandbox/v1/entities?kind=task").Json()["entities"];
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0]["image"] == "image:v1");
  CHECK(tasks[0]["image_state"] == "missing");
  CHECK(machine.Post("images/pull", {{"reference", "good"}}).body ==
        "{\"bytes\":512,\"state\":\"present\",\"total\":1024}\n");
  const json failed = machine.Post("images/pull", {{"reference", "bad"}}).Json();
  CHECK(failed["state"] == "failed");
  CHECK(failed["error"] == "there is no such image");
  CHECK(machine.Post("images/pull").status == 400);
}

TEST_CASE("a build is followed from its first step to its image", "[machine]") {
  Machine machine;
  machine.Task("t", "true");  // of image:v1
  EventReader reader(machine.Port(), "images");
  CHECK(reader.Next().data["topics"] == json({"images"}));
  const auto next = [&reader](const std::string& name, const std::string& state) {
    while (true) {
      const EventReader::Event event = reader.Next(name);
      if (event.name.empty() || event.data["state"] == state) return event.data;
    }
  };
  builds::BuildRecord record;
  record.tags = {"image:v1"};
  auto journal = *builds::Journal::Open(machine.Folder() / "builds", record, "FROM present:v1\n",
                                        *builds::ParseDockerfile("FROM present:v1\n"),
                                        [] { return std::chrono::system_clock::now(); });
  const std::string id = journal->Record().id;
  CHECK(next("build", "running")["id"] == id);
  using Kind = builds::BuildEvent::Kind;
  journal->Take({.kind = Kind::kStep, .text = "FROM present:v1", .number = 1, .total = 1});
  json row;
  do row = next("image", "building");
  while (!row.is_null() && row["step"] != 1);
  CHECK(row["reference"] == "image:v1");
  CHECK(row["build"] == id);
  CHECK(row["steps"] == 1);
  CHECK(machine.Http("GET", "/sandbox/v1/images").Json()["images"][0]["state"] == "building");

  EventReader one(machine.Port(), "build:" + id);
  one.Next();
  journal->Take({.kind = Kind::kImage, .text = "sha256:2"});
  REQUIRE(journal->End({}));
  CHECK(next("build", "done")["image_id"] == "sha256:2");
  CHECK(one.Until([](const auto& event) { return event.name == "build" && event.data["state"] == "done"; })
            .back()
            .data["id"] == id);
  const json detail = machine.Http("GET", "/sandbox/v1/builds/" + id).Json();
  CHECK(detail["dockerfile_text"] == "FROM present:v1\n");
  CHECK(detail["steps"][0]["dockerfile_lines"] == json({1, 1}));
  const json lines = machine.Http("GET", "/sandbox/v1/builds/" + id + "/lines").Json();
  CHECK(lines["text"] == json({"[1/1] FROM present:v1"}));
  CHECK(lines["time_ms"][0] > 0);
  CHECK(lines["complete"] == true);
  CHECK(machine.Http("GET", "/sandbox/v1/builds/..%2f..").status == 404);
}

TEST_CASE("a build whose process is gone is interrupted, and its image is missing again", "[machine]") {
  Machine machine;
  machine.Task("t", "true");
  builds::BuildRecord record;
  record.tags = {"image:v1"};
  auto journal =
      *builds::Journal::Open(machine.Folder() / "builds", record, "FROM x\n", *builds::ParseDockerfile("FROM x\n"),
                             [] { return std::chrono::system_clock::now(); });
  const auto state = [&] { return machine.Http("GET", "/sandbox/v1/images").Json()["images"][0]["state"]; };
  CHECK(state() == "building");
  journal.reset();  // what the system does with the lock of a process that was killed
  CHECK(state() == "missing");
  CHECK(machine.Http("GET", "/sandbox/v1/builds").Json()["builds"][0]["state"] == "interrupted");
}

TEST_CASE("the doctor tells what is missing, and looks again when asked", "[machine]") {
  Machine machine;
  const json first = machine.Http("GET", "/sandbox/v1/doctor").Json();
  CHECK(first["warn"] == 0);
  CHECK(first["fail"] == 0);
  machine.Task("t", "true");
  CHECK(machine.Http("GET", "/sandbox/v1/doctor").Json() == first);
  const json second = machine.Post("doctor").Json();
  CHECK(second["warn"] == 1);
  CHECK(machine.Http("GET", "/sandbox/v1/doctor").Json() == second);
}

TEST_CASE("a task names what it gets, who set that, and the workflows that run it", "[machine]") {
  Machine machine;
  RegisterSchedule(machine, "nightly", "0 2 * * *");
  admin::TaskCreateRequest task;
  FillId(task.mutable_id(), idl::TASK, "asks", "v1");
  auto* definition = task.mutable_spec()->mutable_template_();
  definition->set_type("python-task");
  definition->mutable_metadata()->mutable_runtime()->set_version("1.0.0");
  definition->mutable_interface()->mutable_inputs();
  definition->mutable_interface()->mutable_outputs();
  definition->mutable_container()->set_image("image:v1");
  definition->mutable_container()->add_command("true");
  auto* asked = definition->mutable_container()->mutable_resources()->add_requests();
  asked->set_name(idl::Resources::MEMORY);
  asked->set_value("300Mi");
  admin::TaskCreateResponse made;
  grpc::ClientContext first, second;
  NeedOk(machine.Admin().CreateTask(&first, task, &made));

  const auto of = [&](const std::string& name) {
    return machine.Http("GET", "/sandbox/v1/task?project=flytesnacks&domain=development&version=v1&name=" + name)
        .Json();
  };
  const auto row = [&](const std::string& resource) -> json {
    for (const json& each : of("asks")["resources"]) {
      if (each["resource"] == resource) return each;
    }
    return nullptr;
  };
  CHECK(row("cpu")["asked_request"].is_null());
  CHECK(row("cpu")["request"] == "500m");
  CHECK(row("cpu")["request_from"] == "config.yaml:2");
  CHECK(row("memory")["asked_request"] == "300Mi");
  CHECK(row("memory")["request"] == "300Mi");
  CHECK(row("memory")["request_from"] == "task");
  CHECK(row("memory")["limit"] == "300Mi");
  CHECK(row("memory")["limit_from"] == "task");

  admin::ProjectDomainAttributesUpdateRequest request;
  auto* attributes = request.mutable_attributes();
  attributes->set_project("flytesnacks");
  attributes->set_domain("development");
  attributes->mutable_matching_attributes()->mutable_task_resource_attributes()->mutable_limits()->set_memory("200Mi");
  admin::ProjectDomainAttributesUpdateResponse response;
  NeedOk(machine.Admin().UpdateProjectDomainAttributes(&second, request, &response));
  CHECK(row("memory")["request"] == "200Mi");
  CHECK(row("memory")["request_from"] == "project_domain");
  CHECK(row("memory")["limit_from"] == "project_domain");

  CHECK(of("asks")["used_by"].empty());
  const json users = of("nightly-task")["used_by"];
  REQUIRE(users.size() == 1);
  CHECK(users[0]["name"] == "nightly-workflow");
  CHECK(users[0]["version"] == "v1");
}

TEST_CASE("limits name who set them", "[machine]") {
  Machine machine;
  const std::string path = "/sandbox/v1/limits?project=flytesnacks&domain=development";
  const auto row = [&](const std::string& resource) -> json {
    for (const json& each : machine.Http("GET", path).Json()["resources"]) {
      if (each["resource"] == resource) return each;
    }
    return nullptr;
  };
  CHECK(row("cpu")["default"] == "500m");
  CHECK(row("cpu")["default_from"] == "config.yaml:2");
  CHECK(row("memory")["limit_from"] == "default");
  admin::ProjectDomainAttributesUpdateRequest request;
  auto* attributes = request.mutable_attributes();
  attributes->set_project("flytesnacks");
  attributes->set_domain("development");
  attributes->mutable_matching_attributes()->mutable_task_resource_attributes()->mutable_limits()->set_memory("2Gi");
  admin::ProjectDomainAttributesUpdateResponse response;
  grpc::ClientContext context;
  NeedOk(machine.Admin().UpdateProjectDomainAttributes(&context, request, &response));
  CHECK(row("memory")["limit"] == "2Gi");
  CHECK(row("memory")["limit_from"] == "project_domain");
  CHECK(row("cpu")["default"].is_null());  // attributes replace the configuration's, all of them
  CHECK(row("cpu")["config_default"] == "500m");
  machine.Task("t", "true");
  machine.Launch("t", "run");
  const json limits = machine.Http("GET", "/sandbox/v1/runs/flytesnacks/development/run/limits").Json();
  for (const json& each : limits["resources"]) {
    if (each["resource"] == "memory") CHECK(each["limit_from"] == "project_domain");
  }
}

}  // namespace
}  // namespace sandbox::testing
