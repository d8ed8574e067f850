// Which node a deck is of: by the folder of its attempt.

#include "api/local/deck_watch.h"

#include "api/local/object_users.h"
#include "unit/local/run_world.h"

namespace sandbox::testing {
namespace {

constexpr char kNodes[] = "metadata/propeller/p-d-run/";

struct Decks : World {
  Decks() {
    Begin({});
    model::NodeRecord node = Node("n0", model::NodePhase::kRunning);
    node.input_uri = Cat("s3://my-s3-bucket/", kNodes, "n0/data/inputs.pb");
    Put(node);
    model::NodeRecord recovered = Node("n1", model::NodePhase::kRecovered);
    recovered.deck_uri = "s3://my-s3-bucket/metadata/propeller/p-d-run/old/deck.html";
    Put(recovered);
  }
  std::string NodeOf(const std::string& key) {
    const auto node = store->Query([&](MetadataReader& reader) { return NodeOfDeck(reader, ObjectLayout{}, key); });
    return node ? node->id.node : "";
  }
};

TEST_CASE("a deck is of the node in whose folder its attempt is", "[decks]") {
  Decks decks;
  CHECK(decks.NodeOf(Cat(kNodes, "n0/data/0/deck.html")) == "n0");
  CHECK(decks.NodeOf(Cat(kNodes, "n0/data/12/deck.html")) == "n0");
  CHECK(decks.NodeOf("metadata/propeller/p-d-run/old/deck.html") == "n1");
  CHECK(decks.NodeOf(Cat(kNodes, "n0/data/0/inner/deck.html")).empty());
  CHECK(decks.NodeOf(Cat(kNodes, "n7/data/0/deck.html")).empty());
  CHECK(decks.NodeOf("metadata/propeller/p-d-other/n0/data/0/deck.html").empty());
  CHECK(decks.NodeOf("data/deck.html").empty());
}

TEST_CASE("an object tells who wrote it by its folders", "[objects]") {
  Decks decks;
  model::TaskRecord task;
  task.id = {{kRun, "n0"}, 2};
  task.generated_name = "run-n0-2";
  task.pod_status = "Running";
  decks.Put(task);
  const auto of = [&](const std::string& key) {
    return decks.store->Query([&](MetadataReader& reader) {
      const ObjectLayout layout;
      return Writers(reader, layout).Of("my-s3-bucket", key);
    });
  };
  CHECK(
      of("data/3x/run-n0-2/ab/file.txt") ==
      json{{"project", "p"}, {"domain", "d"}, {"execution", "run"}, {"node", "n0"}, {"item", nullptr}, {"attempt", 2}});
  CHECK(of(Cat(kNodes, "n5/data/0/outputs.pb"))["node"] == "n5");
  CHECK(of("data/3x/nobody/x").is_null());
  CHECK(of("run-n0-2").is_null());  // a name is no folder
}

}  // namespace
}  // namespace sandbox::testing
