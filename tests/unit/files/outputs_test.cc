#include <catch2/catch.hpp>
#include <fstream>

#include "archives.h"
#include "flyteidl/core/errors.pb.h"
#include "objects/file_store.h"
#include "pods/files/output_files.h"
#include "support/temp_directory.h"

using namespace sandbox;
using namespace sandbox::pods;
namespace core = flyteidl::core;

namespace {

struct World {
  World() : store(*objects::FileObjectStore::Open(directory.Path() + "/objects")) {
    REQUIRE(store->CreateBucket("my-s3-bucket"));
    files.output_path = "/var/outputs";
    files.output_archive = directory.Path() + "/out.tar";
    files.output_prefix = "s3://my-s3-bucket/meta/0";
    files.raw_prefix = "s3://my-s3-bucket/data/aa/x";
  }
  void Declare(const std::string& name, core::SimpleType type) {
    (*outputs.mutable_variables())[name].mutable_type()->set_simple(type);
  }
  void DeclareBlob(const std::string& name) { (*outputs.mutable_variables())[name].mutable_type()->mutable_blob(); }
  std::string Collect(const std::string& entries) {
    std::ofstream(files.output_archive, std::ios::binary)
        << TarEntry('5', "outputs/") << entries << std::string(1024, '\0');
    files.outputs = outputs.SerializeAsString();
    return StoreOutputs(*store, files, "");
  }
  std::string Get(const std::string& key) { return store->Get("my-s3-bucket", key, 1 << 20).value_or("(none)"); }
  core::LiteralMap Outputs() {
    core::LiteralMap map;
    CHECK(map.ParseFromString(Get("meta/0/outputs.pb")));
    return map;
  }

  testing::TempDirectory directory;
  std::unique_ptr<ObjectStore> store;
  FileInterface files;
  core::VariableMap outputs;
};

}  // namespace

TEST_CASE("files become outputs of the declared types", "[files]") {
  World world;
  world.Declare("n", core::INTEGER);
  world.Declare("s", core::STRING);
  world.DeclareBlob("f");
  world.DeclareBlob("d");
  const std::string big(3'000'000, 'b');
  CHECK(world.Collect(TarEntry('0', "outputs/n", "41\n") + TarEntry('2', "outputs/s", "", "n") +
                      TarEntry('0', "outputs/f.txt", big) + TarEntry('5', "outputs/d/") +
                      TarEntry('0', "outputs/d/one", "1") + TarEntry('5', "outputs/d/sub/") +
                      TarEntry('0', "outputs/d/sub/two", "2") + TarEntry('0', "outputs/undeclared", "x")) == "");
  const core::LiteralMap map = world.Outputs();
  CHECK(map.literals_size() == 4);
  CHECK(map.literals().at("n").scalar().primitive().integer() == 41);
  CHECK(map.literals().at("s").scalar().primitive().string_value() == "41");
  CHECK(map.literals().at("f").scalar().blob().uri() == "s3://my-s3-bucket/data/aa/x/f");
  CHECK(map.literals().at("f").scalar().blob().metadata().type().dimensionality() == core::BlobType::SINGLE);
  CHECK(map.literals().at("d").scalar().blob().metadata().type().dimensionality() == core::BlobType::MULTIPART);
  CHECK(world.store->Get("my-s3-bucket", "data/aa/x/f", 1 << 23) == big);
  CHECK(world.Get("data/aa/x/d/one") == "1");
  CHECK(world.Get("data/aa/x/d/two") == "2");
}

TEST_CASE("what is wrong with an output is said by its name", "[files]") {
  World world;
  world.Declare("a", core::INTEGER);
  std::string entries;
  std::string why;
  SECTION("missing") { why = "output [a]: there is no /var/outputs/a"; }
  SECTION("unparsable") { entries = TarEntry('0', "outputs/a", "seven"), why = "output [a]: \"seven\" is no integer"; }
  SECTION("too long") {
    entries = TarEntry('0', "outputs/a", std::string(1025, '1')),
    why = "output [a]: the file has 1025 bytes, and 1024 are allowed";
  }
  SECTION("a directory") {
    entries = TarEntry('5', "outputs/a/"), why = "output [a]: a file was expected for INTEGER, and it is a directory";
  }
  SECTION("a pipe") { entries = TarEntry('6', "outputs/a"), why = "output [a]: it is no regular file"; }
  SECTION("a way out") {
    entries = TarEntry('2', "outputs/a", "", "/etc/hostname"),
    why = "output [a]: a link to /etc/hostname leads outside of /var/outputs";
  }
  SECTION("ambiguous") {
    entries = TarEntry('0', "outputs/a.x", "1") + TarEntry('0', "outputs/a.y", "1");
    why = "output [a]: several files have that name: a.x, a.y";
  }
  SECTION("the task's own word") {
    entries = TarEntry('0', "outputs/_ERROR", "out of paint\xff") + TarEntry('0', "outputs/a", "1"),
    why = "User Error: out of paint?";
  }
  SECTION("a type that no file can have") {
    (*world.outputs.mutable_variables())["xs"].mutable_type()->mutable_collection_type()->set_simple(core::INTEGER);
    entries = TarEntry('0', "outputs/a", "1"), why = "output [xs]: a file cannot have the declared type";
  }
  CHECK(world.Collect(entries) == why);
  CHECK(world.Get("meta/0/outputs.pb") == "(none)");
  core::ErrorDocument document;
  REQUIRE(document.ParseFromString(world.Get("meta/0/errors.pb")));
  CHECK(document.error().code() == "OutputUploadFailed");
  CHECK(document.error().message() == why);
  CHECK(document.error().kind() == core::ContainerError::RECOVERABLE);
}

TEST_CASE("a folder with a way out is refused as a whole", "[files]") {
  World world;
  world.DeclareBlob("d");
  CHECK(world.Collect(TarEntry('5', "outputs/d/") + TarEntry('2', "outputs/d/x", "", "../../../../etc/hostname"))
            .starts_with("output [d]: a link to"));
  CHECK(world.store->List("my-s3-bucket", "data/", "", "", 10)->objects.empty());
}

TEST_CASE("outputs that could not be fetched", "[files]") {
  World world;
  CHECK(StoreOutputs(*world.store, world.files, "no such file") == "no such file");
  CHECK(StoreOutputs(*world.store, world.files, "").starts_with("opening "));
}
