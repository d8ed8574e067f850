// What a real kubelet reported and upstream made of it (tests/golden/failure/kubelet), against our classification.

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "engine/outcome.h"

namespace sandbox::engine {
namespace {

using model::ErrorKind;
using Json = nlohmann::json;

std::vector<Json> Rows(const std::string& file) {
  std::ifstream in(std::string(SANDBOX_GOLDEN) + "/failure/kubelet/" + file);
  std::vector<Json> out;
  for (std::string line; std::getline(in, line);) out.push_back(Json::parse(line));
  return out;
}

std::string Text(const Json& row, const char* key) { return row.at(key).get<std::string>(); }

// What the pod of a recorded case was, and how its containers ended: the name of the case in another form. A container
// is "name=end", the primary the first of them that is no init container; "i:" marks one of those. An end is an exit
// code, with "!" when memory ran out, or "missing" when the program was not there.
struct Facts {
  std::string containers;
  EndRule rule = EndRule::kPrimary;
  bool deadline = false;
  bool gone = false;  // the first attempt's pod was deleted while nobody looked
};

const std::map<std::string, Facts> kFacts = {
    {"python-task OOM, pid 1 eats after 3s", {"POD=137!"}},
    {"python-task OOM, pid 1 eats at once", {"POD=137!"}},
    {"python-task OOM of a child, exit code passed on", {"POD=137!"}},
    {"python-task OOM of a child, then exit 5 after 2s", {"POD=5!"}},
    {"python-task OOM of a child, then exit 0", {"POD=0!"}},
    {"python-task OOM, retries=2", {"POD=137!"}},
    {"raw-container OOM after 3s", {"POD=137!", EndRule::kLast}},
    {"raw-container OOM of a child, then exit 0", {"POD=0!", EndRule::kLast}},
    {"k8s_pod python-task 1 container, exit 42 after 3s", {"primary=42"}},
    {"k8s_pod python-task 2 containers: primary exit 42 after 0s, helper ok after 0s",
     {"primary=42 helper=0", EndRule::kLast}},
    {"k8s_pod python-task 2 containers: primary exit 137 after 3s, helper exit 5 after 1s",
     {"primary=137 helper=5", EndRule::kLast}},
    {"k8s_pod python-task 2 containers: primary ok after 3s, helper exit 5 after 1s",
     {"primary=0 helper=5", EndRule::kLast}},
    {"k8s_pod python-task 2 containers: helper OOM, primary exit 137 after 4s",
     {"primary=137 helper=137!", EndRule::kLast}},
    {"k8s_pod python-task 2 containers: primary exit 42 after 3s, helper ok after 8s",
     {"primary=42 helper=0", EndRule::kLast}},
    {"k8s_pod python-task 2 containers: helper OOM, primary ok after 6s", {"primary=0 helper=137!", EndRule::kLast}},
    {"k8s_pod python-task 2 containers: both exit 1 and 2", {"primary=1 helper=2", EndRule::kLast}},
    {"k8s_pod python-task: init exit 3 after 0s", {"i:prep=3"}},
    {"k8s_pod python-task: init exit 3 after 3s", {"i:prep=3"}},
    {"k8s_pod python-task: init exit 137 after 3s", {"i:prep=137"}},
    {"k8s_pod python-task: init OOM", {"i:prep=137!"}},
    {"k8s_pod python-task: restartPolicy OnFailure, exit 42 after 3s the first time only", {"primary=42"}},
    {"k8s_pod python-task: native sidecar exits 5 and restarts, primary ok after 5s", {"primary=0"}},
    {"command not found", {"POD=missing"}},
    {"kubectl delete pod (grace 30), traps TERM and exits 143", {.containers = "POD=0", .gone = true}},
    {"kubectl delete pod --force; 2nd attempt ok", {.containers = "POD=0", .gone = true}},
    {"SIGKILL of pid 1 from the node", {"POD=137"}},
    {"SIGTERM of pid 1 from the node, trapped, exit 143", {"POD=143"}},
    {"activeDeadlineSeconds 5, 1 container", {"primary=137", EndRule::kPrimary, true}},
    {"activeDeadlineSeconds 5, traps TERM, exits 143 at once", {"primary=143", EndRule::kPrimary, true}},
    {"activeDeadlineSeconds 5, traps TERM, exits 0 at once", {"primary=0", EndRule::kPrimary, true}},
    {"activeDeadlineSeconds 5, 2 containers, trap TERM, 143", {"primary=143 helper=143", EndRule::kLast, true}},
    {"python pid 1: segfault after 3s", {"POD=139"}},
    {"python pid 1: os.abort() after 3s", {"POD=139"}},
    {"python pid 1: os.kill(getpid(), SIGKILL) after 3s, then exit 0", {"POD=0"}},
    {"python pid 1: os.kill(getpid(), SIGTERM) after 3s, then exit 6", {"POD=6"}},
    {"python pid 1: sys.exit('text') after 3s", {"POD=1"}},
    {"python pid 1: OOM", {"POD=137!"}},
    {"python pid 1: exit 1 with 3000 bytes of log", {"POD=1"}},
    {"child killed by SEGV, code passed on, after 3s", {"POD=1"}},
    {"termination message file written, exit 1 after 3s", {"POD=1"}},
    {"termination message file written, exit 0", {"POD=0"}},
    {"sidecar 2 containers: primary exit 42 after 0s, helper 12s", {"primary=42"}},
    {"sidecar 2 containers: primary exit 42 after 3s, helper ok after 1s", {"primary=42"}},
    {"sidecar 2 containers: primary exit 42 after 3s, helper ok after 12s", {"primary=42"}},
    {"sidecar 2 containers: primary ok after 3s, helper exit 5 after 1s", {"primary=0"}},
    {"sidecar 2 containers: primary ok after 3s, helper sleeps 60s", {"primary=0"}},
    {"sidecar 2 containers: primary exit 137 after 0s, helper 0s", {"primary=137"}},
    {"sidecar 2 containers: primary exit 137 after 3s, helper 12s", {"primary=137"}},
    {"sidecar 2 containers: helper OOM, primary ok after 6s", {"primary=0"}},
    {"sidecar 2 containers: helper OOM, primary exit 42 after 6s", {"primary=42"}},
    {"sidecar 2 containers: helper OOM, primary exit 137 after 6s", {"primary=137"}},
    {"sidecar 1 container exit 42 after 0s", {"primary=42"}},
    {"sidecar 2 containers: init exit 137", {"i:prep=137"}},
    {"sidecar 2 containers: init exit 3", {"i:prep=3"}},
};

// What no pod of ours can come to (docs/compatibility.md), and what had not ended.
bool IsBeyondUs(const Json& row) {
  const std::string name = Text(row, "case");
  const std::string code = row["attempts"][0]["code"];
  return name.starts_with("ephemeral-storage") || code == "UnexpectedObjectDeletion" ||
         code == "FailedToBuildResource" || code == "ContainersNotReady|CreateContainerConfigError" ||
         Text(row, "phase") == "RUNNING";
}

Facts FactsOf(const std::string& name) {
  std::smatch found;
  if (std::regex_match(name, found, std::regex("(python-task|raw-container) exit ([0-9]+) after [0-9.]+s.*")))
    return {"POD=" + found.str(2), found.str(1) == "python-task" ? EndRule::kPrimary : EndRule::kLast};
  const auto listed = kFacts.find(name);
  if (listed == kFacts.end()) FAIL("no facts of " << name);
  return listed->second;
}

// The message is the container's, so it is taken from what was recorded of it.
std::string MessageOf(const std::string& container, const std::string& recorded) {
  const size_t line = recorded.find(Cat("[", container, "] terminated with exit code"));
  if (line == std::string::npos) return "";
  const size_t begin = recorded.find("Message: \n", line) + 10;
  const size_t next = recorded.find("\r\n[", begin);
  return recorded.substr(begin, (next == std::string::npos ? recorded.size() : next) - 1 - begin);
}

struct Ended {
  PodSpec pod;
  PodReport report;
};

Ended Rebuild(const Facts& facts, const std::string& pod_name, const std::string& recorded) {
  Ended out;
  out.pod.name = pod_name;
  out.pod.pod_namespace = "flytesnacks-development";
  out.pod.end_rule = facts.rule;
  out.report.state = PodState::kFinished;
  out.report.deadline_exceeded = facts.deadline;
  std::istringstream words(facts.containers);
  for (std::string word; words >> word;) {
    const bool init = word.starts_with("i:");
    if (init) word = word.substr(2);
    std::string name = word.substr(0, word.find('='));
    if (name == "POD") name = pod_name;
    std::string end = word.substr(word.find('=') + 1);
    const bool missing = end == "missing";
    const int code = missing ? 128 : std::stoi(end);
    out.pod.containers.push_back({.name = name, .role = init ? ContainerRole::kInit : ContainerRole::kApp});
    out.report.containers.push_back({.name = name,
                                     .exit_code = code,
                                     .reason = missing              ? EndReason::kStartError
                                               : end.ends_with('!') ? EndReason::kOomKilled
                                               : code != 0          ? EndReason::kError
                                                                    : EndReason::kCompleted,
                                     .message = MessageOf(name, recorded)});
    // Its app containers never ran.
    if (init) out.pod.containers.push_back({.name = "primary"});
    out.pod.primary = init ? 1 : 0;
  }
  return out;
}

std::string NameOf(ErrorKind kind) { return kind == ErrorKind::kUser ? "USER" : "SYSTEM"; }

// As if the window had been seen: section 4 of the recording's notes, docs/reference/exit-codes.md here.
void ExpectWindow(const Ended& ended, const Outcome& outcome) {
  const ContainerEnd& end = ended.report.containers[0];
  const bool killed = end.exit_code == 137 || end.exit_code == 247;
  CHECK(outcome.error.kind == (killed ? ErrorKind::kSystem : ErrorKind::kUser));
  CHECK(outcome.error.code == "Error");
  CHECK(outcome.error.message == Cat("\r\n[", end.name, "] terminated with exit code (", end.exit_code,
                                     "). Reason [Error]. Message: \n", end.message, "."));
}

struct Counts {
  int executions = 0;
  int attempts = 0;  // the same as recorded
  int races = 0;     // attempts that upstream saw too late
  int beyond = 0;    // attempts of other executions
};

void CompareAttempts(const Json& row, Counts& counts) {
  const std::string name = Text(row, "case");
  const Facts facts = FactsOf(name);
  std::smatch retries;
  const bool retried = std::regex_search(name, retries, std::regex("retries=([0-9])"));
  const uint32_t attempts_max = retried ? static_cast<uint32_t>(std::stoi(retries.str(1))) + 1 : 1;
  uint32_t system_failures = 0;
  bool raced = false;
  for (const Json& attempt : row["attempts"]) {
    CAPTURE(name, attempt.dump());
    const std::string recorded = Text(attempt, "message");
    std::smatch pod_name;
    const bool named = std::regex_search(recorded, pod_name, std::regex(R"(\$X-\w+-[0-9])"));
    Ended ended = Rebuild(facts, named ? pod_name.str() : "$X-n0-0", recorded);
    const auto number = attempt["n"].get<uint32_t>();
    if (facts.gone && number == 0) {
      ended.report = {.state = PodState::kLost, .message = Cat("pods \"", ended.pod.name, "\" not found")};
    }
    const Outcome outcome = ClassifyPod(ended.pod, ended.report);
    const bool late = recorded.starts_with("Pod failed.") && DecidingEnd(ended.pod, ended.report) != nullptr;
    if (late) {
      ExpectWindow(ended, outcome);
      ++counts.races;
      raced = true;
      continue;
    }
    ++counts.attempts;
    if (Text(attempt, "phase") == "SUCCEEDED") {
      CHECK(outcome.kind == Outcome::Kind::kSuccess);
      continue;
    }
    CHECK(outcome.kind == Outcome::Kind::kRetryable);
    CHECK(outcome.error.code == Text(attempt, "code"));
    CHECK(NameOf(outcome.error.kind) == Text(attempt, "kind"));
    CHECK(outcome.error.message == recorded);
    if (raced) continue;
    // Also whether there was another attempt, and the execution's error when there was none.
    const RetryDecision decision = DecideRetry(outcome, number, system_failures, attempts_max);
    CHECK(decision.retry == (number + 1 < row["attempts"].size()));
    system_failures += decision.system;
    if (decision.retry) continue;
    CHECK(decision.error.code == Text(row, "code"));
    CHECK(decision.error.message == Text(row, "message"));
  }
  ++counts.executions;
}

TEST_CASE("the end of every recorded pod is classified as upstream did", "[engine][golden]") {
  Counts counts;
  std::set<std::string> seen;
  for (const char* file : {"matrix_a.jsonl", "matrix_b.jsonl", "matrix_sidecar.jsonl"}) {
    for (const Json& row : Rows(file)) {
      if (IsBeyondUs(row)) {
        counts.beyond += static_cast<int>(row["attempts"].size());
        continue;
      }
      seen.insert(Text(row, "case"));
      CompareAttempts(row, counts);
    }
  }
  for (const auto& [name, facts] : kFacts) CHECK(seen.contains(name));
  CHECK(counts.executions == 83);
  CHECK(counts.attempts == 146);
  CHECK(counts.races == 40);
  CHECK(counts.beyond == 36);
}

// `sleep D; exit 42`: upstream's verdict for less than a second is chance, and for more it is ours for both.
TEST_CASE("how long a container ran does not matter", "[engine][golden]") {
  int same = 0, races = 0;
  for (const Json& row : Rows("sweep.jsonl")) {
    CAPTURE(row.dump());
    const Ended ended = Rebuild({"POD=42"}, "$X-n0-0", "");
    const Outcome outcome = ClassifyPod(ended.pod, ended.report);
    ExpectWindow(ended, outcome);
    if (Text(row, "kind") == "SYSTEM") {
      CHECK(row["d"].get<double>() < 0.9);
      ++races;
      continue;
    }
    CHECK(outcome.error.code == Text(row, "code"));
    ++same;
  }
  CHECK(same == 40);
  CHECK(races == 30);
}

TEST_CASE("a container whose configuration names what is not there", "[engine][golden]") {
  int rows = 0;
  for (const Json& row : Rows("matrix_b.jsonl")) {
    if (Text(row, "code") != "ContainersNotReady|CreateContainerConfigError") continue;
    PodSpec pod;
    pod.containers = {{.name = "primary"}};
    const PodReport report{.wait = {.code = model::PodWait::kConfig, .error = "secret \"nope\" not found"}};
    const auto outcome = ClassifyWait(pod, report, Duration::zero(), std::chrono::minutes(3));
    REQUIRE(outcome);
    CHECK(outcome->kind == Outcome::Kind::kPermanent);
    CHECK(outcome->error.code == Text(row, "code"));
    CHECK(outcome->error.message == Text(row, "message"));
    ++rows;
  }
  CHECK(rows == 1);
}

}  // namespace
}  // namespace sandbox::engine
