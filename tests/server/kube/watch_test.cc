// Watches: what happens to pods, in order, from now on or from where a list was.

#include <catch2/catch.hpp>

#include "server/kube/window.h"

namespace sandbox::testing {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("a watch tells of a pod from its beginning to its end", "[kube]") {
  Window window;
  window.Task("waits", "wait");
  const std::string version = window.Get(std::string(kHere) + "/pods")["metadata"]["resourceVersion"];
  Watch watch(window.Port(), std::string(kHere) + "/pods?watch=true&resourceVersion=" + version);
  CHECK(watch.Head().find("200 OK") != std::string::npos);
  window.Launch("waits", "x");
  const Lines begun = watch.Until(" Running");
  CHECK(begun.front().starts_with("ADDED "));
  CHECK(begun.back().ends_with(" Running"));
  window.EndContainers("wait");
  CHECK(watch.Until("MODIFIED Succeeded").back() == "MODIFIED Succeeded");
}

TEST_CASE("a watch as a table is rows", "[kube]") {
  Window window;
  window.Task("bad", "false");
  Watch watch(window.Port(), std::string(kCore) + "/pods?watch=1&resourceVersion=0", kTableAccept);
  window.Launch("bad", "x");
  const Lines lines = watch.Until(" Error");
  CHECK(lines.front().starts_with("ADDED "));
  CHECK(lines.back().ends_with(" Error"));
}

TEST_CASE("a watch without a version begins with what is there", "[kube]") {
  Window window;
  window.Task("waits", "wait");
  window.Launch("waits", "x");
  window.UntilRunning("x");
  Watch watch(window.Port(),
              std::string(kHere) + "/pods?watch=true&fieldSelector=metadata.name%3D" + window.PodOf("x"));
  const json first = watch.Next();
  CHECK(first["type"] == "ADDED");
  CHECK(first["object"]["kind"] == "Pod");
  CHECK(first["object"]["metadata"]["resourceVersion"].get<std::string>().size() > 10);
}

TEST_CASE("what leaves a selection is deleted, what enters it is added", "[kube]") {
  Window window;
  window.Task("waits", "wait");
  Watch running(window.Port(), std::string(kHere) + "/pods?watch=true&fieldSelector=status.phase%3DRunning");
  Watch ended(window.Port(), std::string(kHere) + "/pods?watch=true&fieldSelector=status.phase%3DSucceeded");
  window.Launch("waits", "x");
  window.UntilRunning("x");
  CHECK(running.Until("ADDED Running") == Lines{"ADDED Running"});
  window.EndContainers("wait");
  const Lines out = running.Until("DELETED Running");
  CHECK(out.back() == "DELETED Running");
  CHECK(ended.Until("ADDED Succeeded") == Lines{"ADDED Succeeded"});
}

TEST_CASE("a version of another time is expired", "[kube]") {
  Window window;
  const std::string version = window.Get(std::string(kHere) + "/pods")["metadata"]["resourceVersion"];
  for (const std::string& wrong : {std::string("1"), version + "0"}) {
    Watch watch(window.Port(), std::string(kHere) + "/pods?watch=true&resourceVersion=" + wrong);
    const json line = watch.Next();
    CHECK(line["type"] == "ERROR");
    CHECK(line["object"]["code"] == 410);
    CHECK(line["object"]["reason"] == "Expired");
    CHECK(watch.Next().is_null());
  }
  CHECK(window.Get(std::string(kHere) + "/pods?watch=true&resourceVersion=x", 400)["reason"] == "BadRequest");
}

TEST_CASE("versions grow over a restart", "[kube]") {
  Window window;
  const auto version = [&] {
    return std::stoull(window.Get(std::string(kHere) + "/pods")["metadata"]["resourceVersion"].get<std::string>());
  };
  const auto before = version();
  window.Restart();
  CHECK(version() > before);
}

TEST_CASE("a watch ends when its time is over, with a bookmark for who takes one", "[kube]") {
  Window window;
  const std::string query = "/namespaces?watch=true&timeoutSeconds=1";
  Watch watch(window.Port(), kCore + query + "&allowWatchBookmarks=true");
  for (int i = 0; i < 3; ++i) CHECK(watch.Next()["type"] == "ADDED");
  CHECK(watch.Next()["type"] == "BOOKMARK");
  CHECK(watch.Next().is_null());
}

}  // namespace
}  // namespace sandbox::testing
