#include <catch2/catch.hpp>

#include "flyteidl/core/tasks.pb.h"
#include "objects/file_store.h"
#include "pods/files/input_files.h"
#include "pods/files/tar_tree.h"
#include "support/temp_directory.h"

using namespace sandbox;
using namespace sandbox::pods;
namespace core = flyteidl::core;

namespace {

struct World {
  World() : store(*objects::FileObjectStore::Open(directory.Path() + "/objects")) {
    REQUIRE(store->CreateBucket("my-s3-bucket"));
    files.input_path = "/var/inputs";
    files.output_path = "/var/outputs";
    files.input_archive = directory.Path() + "/in.tar";
  }
  core::Literal& Input(const std::string& name) { return (*inputs.mutable_literals())[name]; }
  core::Primitive& Primitive(const std::string& name) { return *Input(name).mutable_scalar()->mutable_primitive(); }
  Status Pack() { return PackInputs(*store, files, inputs, Instant{}); }
  // A path below /var; "(directory)", "(none)".
  std::string At(const std::string& path) {
    const auto tree = TarTree::Open(files.input_archive, "/var");
    REQUIRE(tree);
    const auto found = tree->Resolve(path);
    if (!found) return "(none)";
    const TarTree::Node& node = tree->At(*found);
    return node.kind == TarTree::Node::Kind::kDirectory ? "(directory)"
                                                        : tree->ReadAt(node, 0, 1 << 22).value_or("(none)");
  }

  testing::TempDirectory directory;
  std::unique_ptr<ObjectStore> store;
  FileInterface files;
  core::LiteralMap inputs;
};

}  // namespace

TEST_CASE("inputs become files", "[files]") {
  World world;
  world.Primitive("i").set_integer(-3);
  world.Primitive("f").set_float_value(1e6);
  world.Primitive("b").set_boolean(true);
  world.Primitive("s").set_string_value("two words");
  world.Primitive("t").mutable_datetime()->set_seconds(1'709'209'801);
  world.Primitive("t").mutable_datetime()->set_nanos(250'000'000);
  world.Primitive("d").mutable_duration()->set_seconds(5400);
  world.Input("none").mutable_scalar()->mutable_none_type();
  world.Input("u")
      .mutable_scalar()
      ->mutable_union_()
      ->mutable_value()
      ->mutable_scalar()
      ->mutable_primitive()
      ->set_integer(1);
  (*world.Input("g").mutable_scalar()->mutable_generic()->mutable_fields())["k"].set_number_value(2);
  world.Input("m").mutable_scalar()->mutable_binary()->set_value("\x93\x01");
  world.Input("xs").mutable_collection()->add_literals()->mutable_scalar()->mutable_primitive()->set_integer(7);
  (*world.Input("map").mutable_map()->mutable_literals())["key"]
      .mutable_scalar()
      ->mutable_primitive()
      ->set_string_value("v");
  world.files.format = core::DataLoadingConfig::JSON;
  REQUIRE(world.Pack());
  CHECK(world.At("outputs") == "(directory)");
  CHECK(world.At("inputs/i") == "-3");
  CHECK(world.At("inputs/f") == "1000000");
  CHECK(world.At("inputs/b") == "true");
  CHECK(world.At("inputs/s") == "two words");
  CHECK(world.At("inputs/t") == "2024-02-29T12:30:01.250Z");
  CHECK(world.At("inputs/d") == "1h30m0s");
  CHECK(world.At("inputs/none") == "null");
  CHECK(world.At("inputs/u") == "1");
  CHECK(world.At("inputs/g") == "{\"k\":2}");
  CHECK(world.At("inputs/m") == "\x93\x01");
  CHECK(world.At("inputs/xs/0") == "7");
  CHECK(world.At("inputs/map/key") == "v");
  CHECK(world.At("inputs/inputs.json") ==
        R"({"b":true,"d":null,"f":1000000,"g":{"k":2},"i":-3,"m":"kwE=","map":{"key":"v"},"none":null,"s":"two words",)"
        R"("t":"2024-02-29T12:30:01.25Z","u":1,"xs":[7]})");
  CHECK(world.At("inputs/inputs.yaml") == "(none)");
  core::LiteralMap read;
  REQUIRE(read.ParseFromString(world.At("inputs/inputs.pb")));
  CHECK(read.literals().at("i").scalar().primitive().integer() == -3);
  CHECK(read.literals().at("u").scalar().primitive().integer() == 1);
}

TEST_CASE("blobs become files and directories", "[files]") {
  World world;
  const std::string big(2'500'000, 'x');
  REQUIRE(world.store->Put("my-s3-bucket", "data/file", big, Durability::kCached));
  REQUIRE(world.store->Put("my-s3-bucket", "data/folder/a", "1", Durability::kCached));
  REQUIRE(world.store->Put("my-s3-bucket", "data/folder/sub/b", "2", Durability::kCached));
  REQUIRE(world.store->Put("my-s3-bucket", "data/folder2/c", "3", Durability::kCached));
  world.Input("f").mutable_scalar()->mutable_blob()->set_uri("s3://my-s3-bucket/data/file");
  core::Blob& folder = *world.Input("d").mutable_scalar()->mutable_blob();
  folder.set_uri("s3://my-s3-bucket/data/folder");
  folder.mutable_metadata()->mutable_type()->set_dimensionality(core::BlobType::MULTIPART);
  world.files.format = core::DataLoadingConfig::YAML;
  REQUIRE(world.Pack());
  CHECK(world.At("inputs/f") == big);
  CHECK(world.At("inputs/d/a") == "1");
  CHECK(world.At("inputs/d/sub/b") == "2");
  CHECK(world.At("inputs/d/c") == "(none)");
  CHECK(world.At("inputs/inputs.yaml") == "d: /var/inputs/d\nf: /var/inputs/f\n");
  core::LiteralMap read;
  REQUIRE(read.ParseFromString(world.At("inputs/inputs.pb")));
  CHECK(read.literals().at("f").scalar().blob().uri() == "/var/inputs/f");
}

TEST_CASE("inputs that cannot be files are named", "[files]") {
  World world;
  SECTION("a dataset") { world.Input("x").mutable_scalar()->mutable_structured_dataset(); }
  SECTION("an object that is gone") {
    world.Input("x").mutable_scalar()->mutable_blob()->set_uri("s3://my-s3-bucket/none");
  }
  SECTION("a foreign store") {
    world.Input("x").mutable_scalar()->mutable_blob()->set_uri("https://example.invalid/x");
  }
  SECTION("a key that climbs") {
    (*world.Input("x").mutable_map()->mutable_literals())["../../etc/passwd"].mutable_scalar()->mutable_none_type();
  }
  SECTION("nested without end") {
    core::Literal* at = &world.Input("x");
    for (int i = 0; i < 200; ++i) at = at->mutable_collection()->add_literals();
    at->mutable_scalar()->mutable_none_type();
  }
  const Status packed = world.Pack();
  REQUIRE_FALSE(packed);
  CHECK(packed.error().message.find("[x]") != std::string::npos);
}

TEST_CASE("an offloaded literal becomes the file of its value", "[files]") {
  World world;
  core::Literal list;
  list.mutable_collection()->add_literals()->mutable_scalar()->mutable_primitive()->set_string_value("long");
  list.mutable_collection()->add_literals()->mutable_offloaded_metadata()->set_uri("s3://my-s3-bucket/seven");
  core::Literal seven;
  seven.mutable_scalar()->mutable_primitive()->set_integer(7);
  REQUIRE(world.store->Put("my-s3-bucket", "list", list.SerializeAsString(), Durability::kCached));
  REQUIRE(world.store->Put("my-s3-bucket", "seven", seven.SerializeAsString(), Durability::kCached));
  world.Input("xs").mutable_offloaded_metadata()->set_uri("s3://my-s3-bucket/list");
  world.files.format = core::DataLoadingConfig::JSON;
  REQUIRE(world.Pack());
  CHECK(world.At("inputs/xs/0") == "long");
  CHECK(world.At("inputs/xs/1") == "7");
  CHECK(world.At("inputs/inputs.json") == R"({"xs":["long",7]})");
  core::LiteralMap whole;
  REQUIRE(whole.ParseFromString(world.At("inputs/inputs.pb")));
  CHECK(whole.literals().at("xs").collection().literals(1).scalar().primitive().integer() == 7);
  world.Input("gone").mutable_offloaded_metadata()->set_uri("s3://my-s3-bucket/gone");
  const Status failed = world.Pack();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.find(
            "preparing input [gone] as a file: its value cannot be read: [s3://my-s3-bucket/gone]") !=
        std::string::npos);
}
