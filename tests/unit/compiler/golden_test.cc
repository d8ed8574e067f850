// Plays the recorded registrations through the compiler, without a server: what it accepts, its texts and its compiled
// closures must be those of the reference. Steps that another layer refuses are counted and left out.

#include <google/protobuf/util/message_differencer.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/admin/task.pb.h"
#include "flyteidl/admin/workflow.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"
#include "unit/compiler/from_json.h"

namespace sandbox::registry {
namespace {

using flyteidl::admin::LaunchPlan;
using flyteidl::core::CompiledTask;
using flyteidl::core::CompiledWorkflowClosure;
using flyteidl::core::Identifier;
using nlohmann::json;
using testing::FromJson;

struct Outcome {
  std::string code = "OK";
  std::string message;
};

std::string Normal(std::string text) {
  static const std::regex spaces(" {2,}");
  return std::regex_replace(text, spaces, " ");
}

// Resource types do not matter to the reference's rows.
std::string Row(const Identifier& id) { return Cat(id.project(), "|", id.domain(), "|", id.name(), "|", id.version()); }

std::unexpected<Error> Missing(std::string_view kind, Identifier id) {
  id.clear_resource_type();
  return NotFound(Cat("missing entity of type ", kind, " with identifier ", GoText(id)));
}

// The part of the registry that surrounds the compiler.
class Registrar {
 public:
  Outcome CreateTask(const flyteidl::admin::TaskCreateRequest& request) {
    auto task = request.spec().template_();
    *task.mutable_id() = request.id();
    auto compiled = CompileTask(task);
    return compiled ? Store(request.id(), "task", tasks_, *compiled) : Refused(compiled.error());
  }

  Outcome CreateWorkflow(const flyteidl::admin::WorkflowCreateRequest& request) {
    auto compiled = CompileWorkflow(request.id(), request.spec(), Environment());
    if (!compiled) return Refused(compiled.error());
    return Store(request.id(), "workflow", workflows_, *compiled);
  }

  Outcome CreateLaunchPlan(const flyteidl::admin::LaunchPlanCreateRequest& request) {
    LaunchPlan launch_plan;
    *launch_plan.mutable_id() = request.id();
    *launch_plan.mutable_spec() = request.spec();
    const auto workflow = workflows_.find(Row(request.spec().workflow_id()));
    REQUIRE(workflow != workflows_.end());
    const auto& interface = workflow->second.message.primary().template_().interface();
    auto& closure = *launch_plan.mutable_closure();
    closure.mutable_expected_inputs();
    for (const auto& [name, variable] : interface.inputs().variables()) {
      const auto given = request.spec().default_inputs().parameters().find(name);
      if (given != request.spec().default_inputs().parameters().end()) {
        (*closure.mutable_expected_inputs()->mutable_parameters())[name] = given->second;
      } else if (!request.spec().fixed_inputs().literals().contains(name)) {
        auto& parameter = (*closure.mutable_expected_inputs()->mutable_parameters())[name];
        *parameter.mutable_var() = variable;
        parameter.set_required(true);
      }
    }
    *closure.mutable_expected_outputs() = interface.outputs();
    *launch_plan.mutable_spec()->mutable_default_inputs() = closure.expected_inputs();
    return Store(request.id(), "launch plan", launch_plans_, launch_plan);
  }

  const CompiledWorkflowClosure* FindWorkflow(const Identifier& id) const { return Find(workflows_, id); }
  const CompiledTask* FindTask(const Identifier& id) const { return Find(tasks_, id); }

 private:
  template <typename Message>
  struct Stored {
    Message message;
    std::string digest;
  };
  template <typename Message>
  using Table = std::map<std::string, Stored<Message>>;

  template <typename Message>
  static const Message* Find(const Table<Message>& table, const Identifier& id) {
    const auto found = table.find(Row(id));
    return found == table.end() ? nullptr : &found->second.message;
  }

  static Outcome Refused(const Error& error) {
    CHECK(error.code == Code::kInvalidArgument);
    return {"INVALID_ARGUMENT", error.message};
  }

  template <typename Message>
  static Outcome Store(const Identifier& id, const std::string& kind, Table<Message>& table, const Message& message) {
    const std::string digest = ObjectHash(message);
    const auto [stored, added] = table.emplace(Row(id), Stored<Message>{message, digest});
    if (added) return {};
    if (stored->second.digest == digest) return {"ALREADY_EXISTS", kind + " with identical structure already exists"};
    return {"INVALID_ARGUMENT", Cat(id.name(), " ", kind,
                                    " with different structure already exists. (Please register a new version of the ",
                                    kind, "):\n", Difference(stored->second.message, message))};
  }

  static std::string Difference(const CompiledTask& before, const CompiledTask& after) {
    return StructureDiff(before, after);
  }
  static std::string Difference(const LaunchPlan& before, const LaunchPlan& after) {
    return StructureDiff(before.spec(), after.spec());
  }
  // A stored row knows the interface only, and differences are told from it.
  static std::string Difference(const CompiledWorkflowClosure& before, const CompiledWorkflowClosure& after) {
    CompiledWorkflowClosure row;
    *row.mutable_primary()->mutable_template_()->mutable_interface() = before.primary().template_().interface();
    return StructureDiff(row, after);
  }

  CompilerEnvironment Environment() const {
    CompilerEnvironment environment;
    environment.task = [this](const Identifier& id) -> Result<CompiledTask> {
      const CompiledTask* task = Find(tasks_, id);
      if (task == nullptr) return Missing("TASK", id);
      return *task;
    };
    environment.launch_plan = [this](const Identifier& id) -> Result<LaunchPlan> {
      const LaunchPlan* launch_plan = Find(launch_plans_, id);
      if (launch_plan == nullptr) return Missing("LAUNCH_PLAN", id);
      return *launch_plan;
    };
    return environment;
  }

  Table<CompiledTask> tasks_;
  Table<CompiledWorkflowClosure> workflows_;
  Table<LaunchPlan> launch_plans_;
};

class Player {
 public:
  explicit Player(const std::string& file) {
    std::ifstream in(std::string(SANDBOX_TEST_DATA) + "/control/" + file);
    REQUIRE(in.good());
    ReadDeviations(file.substr(0, file.find('.')));
    for (const json& step : json::parse(in)) {
      if (step.contains("method")) Play(step);
    }
    std::cout << file << ": " << same_ << " steps the same, " << left_out_ << " of other layers\n";
  }

  size_t same() const { return same_; }

 private:
  // Lines of FILE<TAB>STEP<TAB>REASON.
  void ReadDeviations(const std::string& file) {
    std::ifstream in(std::string(SANDBOX_TEST_DATA) + "/deviations.txt");
    REQUIRE(in.good());
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with(file + "\t")) {
        const size_t from = file.size() + 1;
        deviations_.insert(line.substr(from, line.find('\t', from) - from));
      }
    }
  }

  // Whether the answer is the compiler's, or follows from what it made.
  static bool IsOurs(const json& step) {
    if (step["code"].get<std::string>() == "OK") return true;
    const std::string message = step["message"];
    for (const char* text :
         {"failed to compile workflow", "task failed compilation", "number of nodes", "structure already exists"}) {
      if (message.find(text) != std::string::npos) return true;
    }
    return false;
  }

  void Play(const json& step) {
    static const std::set<std::string> of_other_layers = {
        "RegisterProject", "GetDescriptionEntity", "ListWorkflows",       "ListTasks",
        "GetLaunchPlan",   "UpdateLaunchPlan",     "GetActiveLaunchPlan", "ListActiveLaunchPlans"};
    const std::string method = step["method"];
    const std::string request = step["request"].dump();
    CAPTURE(step["id"], request);
    if (!IsOurs(step)) {
      ++left_out_;
    } else if (method == "CreateTask") {
      Compare(step, registrar_.CreateTask(FromJson<flyteidl::admin::TaskCreateRequest>(request)));
    } else if (method == "CreateWorkflow") {
      Compare(step, registrar_.CreateWorkflow(FromJson<flyteidl::admin::WorkflowCreateRequest>(request)));
    } else if (method == "CreateLaunchPlan") {
      Compare(step, registrar_.CreateLaunchPlan(FromJson<flyteidl::admin::LaunchPlanCreateRequest>(request)));
    } else if (method == "GetWorkflow") {
      const auto answer = FromJson<flyteidl::admin::Workflow>(WithoutTimes(step["response"]));
      CompareMessages(registrar_.FindWorkflow(answer.id()), answer.closure().compiled_workflow());
    } else if (method == "GetTask") {
      const auto answer = FromJson<flyteidl::admin::Task>(WithoutTimes(step["response"]));
      CompareMessages(registrar_.FindTask(answer.id()), answer.closure().compiled_task());
    } else {
      CHECK(of_other_layers.contains(method));
      ++left_out_;
    }
  }

  // Recordings have no creation times, and "D" for durations.
  static std::string WithoutTimes(json response) {
    static const std::regex duration(R"("duration":"D")");
    response["closure"].erase("created_at");
    return std::regex_replace(response.dump(), duration, R"("duration":"0s")");
  }

  void Compare(const json& step, const Outcome& outcome) {
    const std::string code = step["code"];
    const std::string expected = step.value("message", "");
    const std::string message = Normal(outcome.message);
    if (deviations_.contains(step["id"].get<std::string>())) {
      CHECK((outcome.code != code || message != expected));
      return;
    }
    CHECK(outcome.code == code);
    CHECK(message == expected);
    if (outcome.code == code && message == expected) ++same_;
  }

  template <typename Message>
  void CompareMessages(const Message* found, const Message& expected) {
    REQUIRE(found != nullptr);
    google::protobuf::util::MessageDifferencer differencer;
    std::string differences;
    differencer.ReportDifferencesToString(&differences);
    differencer.set_report_ignores(false);
    differencer.IgnoreField(flyteidl::core::SleepCondition::descriptor()->FindFieldByName("duration"));
    const bool same = differencer.Compare(*found, expected);
    CHECK(differences == "");
    if (same) ++same_;
  }

  Registrar registrar_;
  std::set<std::string> deviations_;
  size_t same_ = 0;
  size_t left_out_ = 0;
};

TEST_CASE("recorded registrations: refused workflows") { CHECK(Player("workflows_bad.json").same() > 400); }
TEST_CASE("recorded registrations: accepted workflows and their compiled closures") {
  CHECK(Player("workflows_good.json").same() > 90);
}
TEST_CASE("recorded registrations: tasks") { CHECK(Player("tasks_validate.json").same() > 80); }
TEST_CASE("recorded registrations: the same id again") {
  CHECK(Player("tasks_again.json").same() > 60);
  CHECK(Player("launch_plans.json").same() > 40);
}

}  // namespace
}  // namespace sandbox::registry
