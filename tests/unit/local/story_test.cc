// The sentence on top of a run, for every code.

#include "api/local/story.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "flyteidl/core/compiler.pb.h"

using namespace sandbox;
using namespace sandbox::api;
using model::ExecutionPhase;
using nlohmann::json;

namespace {

namespace core = flyteidl::core;
using namespace std::chrono_literals;

const Instant kStart{std::chrono::hours(24 * 365 * 56)};

RunFacts Facts(ExecutionPhase phase, Duration lasted = 72s) {
  RunFacts out;
  out.execution.id = {"p", "d", "e"};
  out.execution.phase = phase;
  out.execution.started_at = kStart;
  if (model::IsTerminal(phase)) out.execution.duration = lasted;
  out.total = 5;
  out.done = 2;
  return out;
}

NodeFacts Node(const std::string& id, const std::string& display) {
  NodeFacts out;
  out.record.id = {{"p", "d", "e"}, id};
  out.record.spec_node_id = id;
  out.display = display;
  return out;
}

json Story(const RunFacts& facts) { return StoryOf(facts, kStart + 124s); }

json Waits(json wait, size_t count = 1) {
  RunFacts facts = Facts(ExecutionPhase::kRunning);
  for (size_t i = 0; i < count; ++i) {
    facts.open.push_back(Node("n" + std::to_string(i), "train"));
    facts.open.back().wait = wait;
  }
  return Story(facts);
}

// A failure of a task whose template is as `edit` makes it.
RunFacts Failed(
    const std::string& code, const std::string& message, model::ErrorKind kind = model::ErrorKind::kUser,
    const std::function<void(core::TaskTemplate&)>& edit = [](core::TaskTemplate&) {}) {
  RunFacts facts = Facts(ExecutionPhase::kFailed);
  facts.execution.error = {code, message, "", kind, {}, ""};
  facts.failure = Node("n2", "train");
  facts.failure->record.phase = model::NodePhase::kFailed;
  facts.failure->record.error = facts.execution.error;
  auto closure = std::make_shared<core::CompiledWorkflowClosure>();
  auto* workflow = closure->mutable_primary()->mutable_template_();
  for (const char* id : {"start-node", "n2", "end-node"}) workflow->add_nodes()->set_id(id);
  workflow->mutable_nodes(1)->mutable_task_node()->mutable_reference_id()->set_name("t");
  auto* task = closure->add_tasks()->mutable_template_();
  task->mutable_id()->set_name("t");
  edit(*task);
  auto plan = engine::Plan::Build(closure);
  REQUIRE(plan);
  NodePlace& place = facts.failure->place;
  place.plan = *plan;
  place.graph = &place.plan->Primary();
  place.index = place.graph->by_id.at("n2");
  place.node = &place.graph->nodes[place.index];
  return facts;
}

model::TaskRecord& Attempt(RunFacts& facts) {
  facts.failure->attempt.emplace();
  auto definition = std::make_shared<model::PodDefinition>();
  definition->containers.resize(1);
  definition->containers[0].image = "app:v2";
  definition->containers[0].memory_limit_bytes = 200 << 20;
  facts.failure->attempt->pod.definition = definition;
  return *facts.failure->attempt;
}

}  // namespace

TEST_CASE("a run that goes on says how far it is and what runs", "[story]") {
  RunFacts facts = Facts(ExecutionPhase::kRunning);
  CHECK(Story(facts)["text"] == "Running for 2m 4s. 2 of 5 nodes are done.");
  facts.open = {Node("n0", "load"), Node("n1", "shard"), Node("n2", "train"), Node("n3", "rank")};
  const json story = Story(facts);
  CHECK(story["code"] == "running");
  CHECK(story["text"] == "Running for 2m 4s. 2 of 5 nodes are done; load, shard, train and 1 more run now.");
  CHECK(story["names"] == json({"load", "shard", "train", "rank"}));
  CHECK(story["duration_ms"].is_null());
  for (NodeFacts& node : facts.open) node.record.item = 0;
  facts.open[1].display = "load[7]";
  facts.open[0].display = "load[3]";
  CHECK(Story(facts)["names"] == json({"load (2 items)", "train (1 item)", "rank (1 item)"}));
  facts.waiting_for_turn = 2;
  facts.execution.settings.max_parallelism = 4;
  CHECK(Story(facts)["text"].get<std::string>().ends_with(" 2 more wait for a turn: at most 4 run at once."));
}

TEST_CASE("what waits for the machine says how much it needs", "[story]") {
  const json memory = Waits({{"code", "RESOURCES"},
                             {"text", "waits"},
                             {"resource", "memory"},
                             {"needs", 2147483648},
                             {"free", 1073741824},
                             {"total", 8589934592},
                             {"ahead", {{{"execution", "e1"}, {"node", "n0"}}, {{"execution", "e2"}, {"node", "n0"}}}},
                             {"ahead_count", 2}});
  CHECK(memory["code"] == "wait.resources");
  CHECK(memory["text"] == "train waits for memory: it needs 2 GiB, 1 GiB of 8 GiB is free. 2 before it: e1, e2.");
  const json cpu = Waits(
      {{"code", "RESOURCES"}, {"text", "waits"}, {"resource", "cpu"}, {"needs", 1500}, {"free", 500}, {"total", 2000}});
  CHECK(cpu["text"] == "train waits for cpu: it needs 1500m, 500m of 2 is free.");
}

TEST_CASE("what waits for its image says which, and what to do", "[story]") {
  const json pull =
      Waits({{"code", "IMAGE_PULL"}, {"text", ""}, {"reference", "app:v2"}, {"bytes", 1048576}, {"total", 4194304}});
  CHECK(pull["code"] == "wait.image");
  CHECK(pull["text"] == "train waits for its image app:v2: 1 MiB of 4 MiB pulled.");
  const json missing = Waits(
      {{"code", "IMAGE_MISSING"}, {"text", ""}, {"reference", "app:v2"}, {"command", "sandbox build . -t app:v2"}});
  CHECK(missing["code"] == "wait.imageMissing");
  CHECK(missing["actions"] == json({"build_image"}));
  CHECK(missing["text"] ==
        "train cannot start: there is no image app:v2 in Docker. Build it: sandbox build . -t app:v2");
}

TEST_CASE("gates say what they want of whom", "[story]") {
  const json approve = Waits({{"code", "GATE"}, {"text", ""}, {"gate", "approve"}, {"signal_id", "ok"}});
  CHECK(approve["code"] == "wait.gate");
  CHECK(approve["text"] == "train waits for your approval.");
  CHECK(approve["actions"] == json({"approve"}));
  CHECK(Waits({{"code", "GATE"}, {"text", ""}, {"gate", "signal"}})["text"] == "train waits for your value.");
  const json sleep = Waits({{"code", "GATE"}, {"text", "sleeps until 2026-01-01T00:00:00Z"}, {"gate", "sleep"}});
  CHECK(sleep["text"] == "train sleeps until 2026-01-01T00:00:00Z.");
  CHECK(sleep["actions"].empty());
}

TEST_CASE("the other waits", "[story]") {
  CHECK(Waits({{"code", "PARALLELISM"}, {"text", ""}, {"limit", 3}}, 2)["text"] ==
        "2 nodes wait: at most 3 run at once in this execution.");
  const json child = Waits({{"code", "CHILD"}, {"text", ""}, {"execution", "f12"}, {"phase", "RUNNING"}});
  CHECK(child["code"] == "wait.child");
  CHECK(child["text"] == "train waits for f12.");
  CHECK(child["actions"] == json({"open_child"}));
  CHECK(Waits({{"code", "CACHE"}, {"text", ""}})["text"] ==
        "train waits: another task computes the same cached result.");
  const json engine = Waits({{"code", "ENGINE"}, {"text", ""}, {"since", "2026-01-01T00:00:00Z"}}, 3);
  CHECK(engine["code"] == "wait.engine");
  CHECK(engine["text"] == "Docker does not answer since 2026-01-01T00:00:00Z; 3 nodes wait.");
  CHECK(engine["actions"] == json({"doctor"}));
  const json connector = Waits({{"code", "CONNECTOR"}, {"text", "waits for its connector: it does not answer"}});
  CHECK(connector["code"] == "wait.connector");
  CHECK(connector["text"] == "train waits for its connector: it does not answer.");
}

TEST_CASE("a wait is told when nothing runs, or when somebody has to do something", "[story]") {
  RunFacts facts = Facts(ExecutionPhase::kRunning);
  facts.open = {Node("n0", "load"), Node("n1", "train")};
  facts.open[1].wait = {{"code", "RESOURCES"}, {"text", ""}};
  CHECK(Story(facts)["code"] == "running");
  facts.open[1].wait = {{"code", "GATE"}, {"text", ""}, {"gate", "approve"}};
  CHECK(Story(facts)["code"] == "wait.gate");
  facts.open[1].wait["gate"] = "sleep";
  CHECK(Story(facts)["code"] == "running");
  facts.open[0].wait = {{"code", "CHILD"}, {"text", ""}};
  facts.open[1].wait = {{"code", "IMAGE_MISSING"}, {"text", ""}};
  CHECK(Story(facts)["code"] == "wait.imageMissing");
}

TEST_CASE("a success says how long it took, and what came from the cache", "[story]") {
  RunFacts facts = Facts(ExecutionPhase::kSucceeded, 4200ms);
  facts.tasks = 5;
  CHECK(Story(facts)["text"] == "Succeeded in 4.2s.");
  facts.cached = 3;
  const json story = Story(facts);
  CHECK(story["code"] == "ok");
  CHECK(story["text"] == "Succeeded in 4.2s; 3 of 5 nodes came from the cache.");
  CHECK(story["duration_ms"] == 4200);
}

TEST_CASE("out of memory says how much of how much, and on which attempt", "[story]") {
  RunFacts facts = Failed("RetriesExhausted|OOMKilled", "[3/3] currentAttempt done.");
  facts.failure->record.attempts = 2;
  facts.behind = 2;
  Attempt(facts).pod.facts.peak_memory_bytes = 200 << 20;
  const json story = Story(facts);
  CHECK(story["code"] == "failed.oom");
  CHECK(story["text"] ==
        "Failed after 1m 12s. train ran out of memory on its third and last attempt: it used 200 MiB "
        "of 200 MiB. 2 nodes behind it never started.");
  CHECK(story["actions"][0] == "raise_memory");
  CHECK(story["node"] == "n2");
  CHECK(story["attempts"] == 3);
  CHECK(story["behind"] == 2);
}

TEST_CASE("an exception is told by its type and message", "[story]") {
  const json story =
      Story(Failed("USER:RuntimeError", "Trace:\n\n    boom()\n\nMessage:\n\n    ValueError: cannot use 7"));
  CHECK(story["code"] == "failed.user");
  CHECK(story["type"] == "ValueError");
  CHECK(story["text"] == "Failed after 1m 12s. train raised ValueError: cannot use 7.");
  const json plain = Story(Failed("MINE", "written by hand"));
  CHECK(plain["type"] == "MINE");
  CHECK(plain["message"] == "written by hand");
}

TEST_CASE("an exit code is told when there is nothing better", "[story]") {
  RunFacts facts = Failed("RetriesExhausted|Error", "terminated with exit code (3)");
  Attempt(facts).exit_code = 3;
  const json story = Story(facts);
  CHECK(story["code"] == "failed.exit");
  CHECK(story["text"] == "Failed after 1m 12s. train ended with exit code 3.");
}

TEST_CASE("the failure of an item says which it is of which array", "[story]") {
  RunFacts facts = Failed("MINE", "written by hand");
  CHECK(!Story(facts).contains("array"));
  facts.failure->record.item = 7;
  facts.failure->record.parent = "n0";
  CHECK(Story(facts)["item"] == 7);
  CHECK(Story(facts)["array"] == "n0");
}

TEST_CASE("a time-out says what the limit was", "[story]") {
  const auto limited = [](core::TaskTemplate& task) { task.mutable_metadata()->mutable_timeout()->set_seconds(15); };
  const json story = Story(Failed("RetriesExhausted|TimeoutExpired", "expired", model::ErrorKind::kUser, limited));
  CHECK(story["code"] == "failed.timeout");
  CHECK(story["limit_ms"] == 15000);
  CHECK(story["text"] == "Failed after 1m 12s. train took longer than 15.0s.");
}

TEST_CASE("a secret that is not set is named, and no value", "[story]") {
  const auto wants = [](core::TaskTemplate& task) {
    auto* secret = task.mutable_security_context()->add_secrets();
    secret->set_group("user-info");
    secret->set_key("password");
  };
  const json story = Story(Failed("MissingSecret", "there is no secret with group user-info and key password; store it",
                                  model::ErrorKind::kUser, wants));
  CHECK(story["code"] == "failed.secret");
  CHECK(story["group"] == "user-info");
  CHECK(story["text"] == "Failed after 1m 12s. train wants the secret user-info/password, which is not set.");
  CHECK(story["command"] == "sandbox secrets set user-info password");
}

TEST_CASE("what never fits says what this machine has", "[story]") {
  RunFacts facts = Failed("ResourceRequestsExceedLimits", "requested resources exceed limits");
  Attempt(facts).pod.wait.shortages = {{"memory", int64_t{64} << 30, 0, int64_t{8} << 30}};
  const json story = Story(facts);
  CHECK(story["code"] == "failed.too_big");
  CHECK(story["text"] == "Failed after 1m 12s. train asks for 64 GiB of memory; this machine has 8 GiB.");
}

TEST_CASE("an image that cannot be had is named", "[story]") {
  RunFacts facts = Failed("RetriesExhausted|ContainersNotReady|ImagePullBackOff", "Grace period [3m0s] exceeded");
  Attempt(facts).pod.wait.error = "no such image";
  const json story = Story(facts);
  CHECK(story["code"] == "failed.image");
  CHECK(story["image"] == "app:v2");
  CHECK(story["text"] == "Failed after 1m 12s. The image app:v2 of train cannot be had: no such image.");
}

TEST_CASE("outputs that were not written are named", "[story]") {
  const auto declares = [](core::TaskTemplate& task) {
    (*task.mutable_interface()->mutable_outputs()->mutable_variables())["o0"];
  };
  const json story = Story(Failed("RetriesExhausted|OutputsNotFound", "Outputs not generated by task execution",
                                  model::ErrorKind::kUnknown, declares));
  CHECK(story["code"] == "failed.output");
  CHECK(story["text"] == "Failed after 1m 12s. train did not write its output o0.");
}

TEST_CASE("the failure of a child execution leads there", "[story]") {
  RunFacts facts = Failed("USER:RuntimeError", "boom");
  facts.failure->record.child_execution = ExecutionId{"p", "d", "f12"};
  const json story = Story(facts);
  CHECK(story["code"] == "failed.child");
  CHECK(story["text"] == "Failed after 1m 12s. f12, started by train, failed.");
  CHECK(story["actions"] == json({"open_child"}));
}

TEST_CASE("the platform's failures are not the user's", "[story]") {
  const json story = Story(Failed("Unknown", "disk on fire", model::ErrorKind::kSystem));
  CHECK(story["code"] == "failed.system");
  CHECK(story["text"] == "Failed after 1m 12s. The platform failed, not your code: disk on fire.");
  RunFacts facts = Facts(ExecutionPhase::kFailed);
  facts.execution.error = {"X", "nothing ran", "", model::ErrorKind::kSystem, {}, ""};
  CHECK(Story(facts)["code"] == "failed.system");
}

TEST_CASE("an abort says why, if anybody said it", "[story]") {
  RunFacts facts = Facts(ExecutionPhase::kAborted);
  CHECK(Story(facts)["text"] == "Aborted after 1m 12s without a reason.");
  facts.execution.abort_cause = "wrong data";
  const json story = Story(facts);
  CHECK(story["code"] == "aborted");
  CHECK(story["text"] == "Aborted after 1m 12s: wrong data.");
}

TEST_CASE("the first failure is the earliest one that has none inside of it", "[story]") {
  const auto failed = [](const std::string& id, const std::string& parent, Duration at) {
    model::NodeRecord out;
    out.id.node = id;
    out.parent = parent;
    out.phase = model::NodePhase::kFailed;
    out.started_at = kStart;
    out.duration = at;
    return out;
  };
  const std::vector<model::NodeRecord> nodes = {failed("n0", "", 5s), failed("n0-0-n0", "n0", 4s), failed("n1", "", 3s),
                                                failed("n2", "", 6s)};
  CHECK(FirstFailure(nodes)->id.node == "n1");
  CHECK(FirstFailure({nodes[0], nodes[1], nodes[3]})->id.node == "n0-0-n0");
  CHECK(FirstFailure({}) == nullptr);
}

TEST_CASE("durations and amounts in words", "[story]") {
  CHECK(DurationWords(0) == "<1ms");
  CHECK(DurationWords(340) == "340ms");
  CHECK(DurationWords(47'700) == "47.7s");
  CHECK(DurationWords(72'000) == "1m 12s");
  CHECK(DurationWords(7'500'000) == "2h 05m");
  CHECK(DurationWords(273'600'000) == "3d 04h");
  CHECK(BytesWords(812) == "812 B");
  CHECK(BytesWords(1434) == "1.4 KiB");
  CHECK(BytesWords(200 << 20) == "200 MiB");
  CHECK(BytesWords((int64_t{3} << 30) + (int64_t{205} << 20)) == "3.2 GiB");
}
