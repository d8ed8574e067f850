#include "cli/tree.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace sandbox::cli;
using nlohmann::json;

namespace {

json Node(const std::string& id, const std::string& kind, const std::string& phase, json more = json::object()) {
  json out = {{"id", id},
              {"node", id},
              {"name", ""},
              {"kind", kind},
              {"phase", phase},
              {"attempts", 0},
              {"duration_s", nullptr},
              {"error", nullptr},
              {"waits_for", ""},
              {"signal", nullptr},
              {"pods", json::array()},
              {"children", json::array()},
              {"execution", nullptr}};
  out.update(more);
  return out;
}

json Pod(const std::string& name) { return {{"name", name}, {"attempt", 0}}; }

// A list of these, also of one.
json Of(std::initializer_list<json> items) { return json(std::vector<json>(items)); }

json Execution(json nodes) {
  return {{"project", "p"}, {"domain", "d"}, {"name", "e"}, {"phase", "RUNNING"}, {"nodes", std::move(nodes)}};
}

std::string Shown(const json& tree) {
  return NodeTable(tree, 1000000030, [](const OpenSignal& signal) { return "set " + signal.execution; }).Render(0);
}

}  // namespace

TEST_CASE("Of an error one line is shown, of a traceback its message") {
  CHECK(ErrorGist("one\ntwo") == "one");
  CHECK(ErrorGist("\n  one\r\ntwo") == "one");
  CHECK(ErrorGist("Traceback (most recent call last):\n\n  File \"x\", line 1\nValueError: 3 is bad\n") ==
        "ValueError: 3 is bad");
  CHECK(ErrorGist(
            "Trace:\n\n    Traceback (most recent call last):\n      raise\n\nMessage:\n\n    ValueError: 3 is bad") ==
        "ValueError: 3 is bad");
  CHECK(ErrorGist("").empty());
  CHECK(
      ErrorGist(
          "[1]: [1/1] currentAttempt done. Last Error: USER::\r\n[pod] terminated. Reason [OOMKilled]. Message: \n.") ==
      "[pod] terminated. Reason [OOMKilled].");
  CHECK(ErrorGist("[1/1] currentAttempt done. Last Error: USER::gone") ==
        "[1/1] currentAttempt done. Last Error: USER::gone");
  CHECK(ErrorGist("Last Error: USER::") == "Last Error: USER::");
}

TEST_CASE("Of what a pod waits for, that which differs from pod to pod") {
  const std::string common = "containers with unready status: [e-n0-0]|";
  CHECK(WaitGist("[ContainersNotReady|ContainerCreating]: " + common) == "ContainerCreating");
  CHECK(WaitGist("[ContainersNotReady|ImagePullBackOff]: " + common + "Back-off pulling image \"x\"") ==
        "ImagePullBackOff: Back-off pulling image \"x\"");
  CHECK(WaitGist("waits for memory: needs 2Gi") == "waits for memory: needs 2Gi");
}

TEST_CASE("Children are below their parent, with their pods; an error is told once, where it is") {
  const json error = {{"code", "USER"}, {"message", "it broke\nbadly"}};
  const json trial = Node("n0", "task", "FAILED",
                          {{"name", "wf.trial"},
                           {"attempts", 2},
                           {"error", error},
                           {"duration_s", 1.5},
                           {"pods", Of({Pod("c-n0-0"), Pod("c-n0-1")})}});
  json child = Execution(Of({trial}));
  child["name"] = "c";
  const json plan = Node("n0-0-n0", "launch plan", "FAILED", {{"node", "n0"}, {"error", error}, {"execution", child}});
  const json tree =
      Execution(Of({Node("n0", "workflow", "FAILED", {{"error", error}, {"children", Of({plan})}}),
                    Node("n1", "task", "RUNNING",
                         {{"attempts", 1}, {"started_at", "2001-09-09T01:46:50Z"}, {"waits_for", "waits for memory"}}),
                    Node("n2", "task", "SUCCEEDED", {{"attempts", 1}, {"cache", "CACHE_HIT"}})}));
  CHECK(Shown(tree) ==
        "NODE             KIND          PHASE       ATTEMPTS   DURATION   POD\n"
        "n0               workflow      FAILED\n"
        "  n0             launch plan   FAILED\n"
        "    c            execution     RUNNING\n"
        "      n0 trial   task          FAILED      2          1.5s       c-n0-1\n"
        "        USER: it broke\n"
        "n1               task          RUNNING     1          20.0s\n"
        "  waits for memory\n"
        "n2               task          SUCCEEDED   1                     (cached)\n");
}

TEST_CASE("Of many items those that did not succeed are shown, and how many others there are") {
  json items = json::array();
  for (int i = 0; i < 30; ++i)
    items.push_back(Node("n0-0-n" + std::to_string(i), "item",
                         i < 15   ? "SUCCEEDED"
                         : i < 17 ? "FAILED"
                                  : "QUEUED",
                         {{"index", i}}));
  const std::string shown = Shown(Execution(Of({Node("n0", "map", "RUNNING", {{"children", items}})})));
  CHECK(shown.find("[15]") != std::string::npos);
  CHECK(shown.find("[24]") != std::string::npos);
  CHECK(shown.find("[14]") == std::string::npos);
  CHECK(shown.find("[25]") == std::string::npos);
  CHECK(shown.find("  and 5 QUEUED, 15 SUCCEEDED\n") != std::string::npos);
}

TEST_CASE("An open gate names its signal, the type and the command") {
  const json amount = {{"id", "amount"}, {"type", {{"simple", "INTEGER"}}}};
  const json ok = {{"id", "ok"}, {"type", {{"simple", "BOOLEAN"}}}};
  json child = Execution(
      Of({Node("n0", "signal", "RUNNING", {{"signal", amount}}), Node("n1", "approval", "RUNNING", {{"signal", ok}})}));
  child["name"] = "child";
  const json tree = Execution(Of({Node("n0", "launch plan", "RUNNING", {{"execution", child}})}));
  const std::string shown = Shown(tree);
  CHECK(shown.find("waits for signal amount (integer); set it with:\n        set child\n") != std::string::npos);
  CHECK(shown.find("waits for approval ok; set it with:\n") != std::string::npos);
  const auto open = OpenSignals(tree);
  REQUIRE(open.size() == 2);
  CHECK(open[0].execution == "child");
  CHECK(open[1].approval);
}

TEST_CASE("Pods are found below a node, by its path before its ids") {
  const json inner = Node("n1-0-n2", "task", "SUCCEEDED", {{"node", "n2"}, {"pods", Of({Pod("b"), Pod("c")})}});
  const json deep = Node("n1-0-n0", "task", "SUCCEEDED", {{"node", "n0"}, {"pods", Of({Pod("d")})}});
  const json item = Node("n2-0-n7", "item", "SUCCEEDED", {{"node", "n7"}, {"index", 7}, {"pods", Of({Pod("e")})}});
  const json tree = Execution(Of({Node("n0", "task", "SUCCEEDED", {{"pods", Of({Pod("a")})}}),
                                  Node("n1", "branch", "SUCCEEDED", {{"children", Of({inner, deep})}}),
                                  Node("n3", "map", "SUCCEEDED", {{"children", Of({item})}})}));
  CHECK(PodsIn(tree, "").size() == 5);
  CHECK(PodsIn(tree, "n0").size() == 1);  // the root's, though another one is called so
  CHECK(PodsIn(tree, "n1").size() == 3);
  CHECK(PodsIn(tree, "n1/n0")[0]["name"] == "d");
  CHECK(PodsIn(tree, "n1-0-n0")[0]["name"] == "d");
  CHECK(PodsIn(tree, "n2").size() == 2);
  CHECK(PodsIn(tree, "n1-0-n2")[1]["path"] == "n1/n2");
  CHECK(PodsIn(tree, "n3/[7]")[0]["name"] == "e");
  CHECK(PodsIn(tree, "n9").empty());
  CHECK(HasNode(tree, "n2"));
  CHECK_FALSE(HasNode(tree, "n9"));
}

TEST_CASE("A map task is shown without the hash in its name") {
  const json map =
      Node("n0", "map", "SUCCEEDED", {{"name", "wf.map_double_6b3bd0353da5de6e84d7982921ead2b3-arraynode"}});
  CHECK(Shown(Execution(Of({map}))).find("n0 map_double   map") != std::string::npos);
  const json task = Node("n0", "task", "SUCCEEDED", {{"name", "wf.map_double_by_two"}});
  CHECK(Shown(Execution(Of({task}))).find("n0 map_double_by_two   task") != std::string::npos);
}

TEST_CASE("Items of a map are named in any of three ways") {
  const json item = Node("n0-n3", "item", "SUCCEEDED", {{"index", 3}, {"pods", Of({Pod("e-n0-0-n3-0")})}});
  const json tree = Execution(Of({Node("n0", "map", "SUCCEEDED", {{"children", Of({item})}})}));
  for (const char* name : {"n0/[3]", "n0/3", "n0[3]"}) CHECK(PodsIn(tree, name).size() == 1);
  CHECK(PodsIn(tree, "n0/4").empty());
}
