// What a task left in its output directory is read as data: no name, link or size of it is believed.

#include <catch2/catch.hpp>
#include <fstream>

#include "archives.h"
#include "pods/files/tar_tree.h"
#include "pods/files/tar_writer.h"
#include "support/temp_directory.h"

using namespace sandbox;
using namespace sandbox::pods;
using Kind = TarTree::Node::Kind;

namespace {

std::string Store(const testing::TempDirectory& directory, const std::string& bytes) {
  const std::string path = directory.Path() + "/a.tar";
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string Content(const TarTree& tree, std::string_view path) {
  const auto resolved = tree.Resolve(path);
  REQUIRE(resolved);
  REQUIRE(tree.At(*resolved).kind == Kind::kFile);
  return tree.ReadAt(tree.At(*resolved), 0, 1000).value_or("?");
}

}  // namespace

TEST_CASE("what is written is read again", "[files]") {
  testing::TempDirectory directory;
  const std::string path = directory.Path() + "/folder/a.tar";
  const std::string deep = std::string(90, 'd') + "/" + std::string(120, 'f');
  TarWriter writer(Instant(std::chrono::seconds(1'700'000'000)));
  REQUIRE(writer.Open(path));
  REQUIRE(writer.Directory("outputs", 0777));
  REQUIRE(writer.File("outputs/empty", ""));
  REQUIRE(writer.File("outputs/one", "1"));
  REQUIRE(writer.File("outputs/" + deep, std::string(512, 'x')));
  REQUIRE(writer.BeginFile("outputs/pieces", 6));
  REQUIRE(writer.Append("abc"));
  CHECK_FALSE(writer.Append("defg"));
  REQUIRE(writer.Append("def"));
  REQUIRE(writer.Finish());

  const auto tree = TarTree::Open(path, "/var/outputs");
  REQUIRE(tree);
  CHECK(Content(*tree, "empty").empty());
  CHECK(Content(*tree, "one") == "1");
  CHECK(Content(*tree, deep) == std::string(512, 'x'));
  CHECK(Content(*tree, "pieces") == "abcdef");
  CHECK(tree->Names("") == std::vector<std::string>{std::string(90, 'd'), "empty", "one", "pieces"});
  CHECK(tree->Resolve("two").error().code == Code::kNotFound);
}

TEST_CASE("Podman's archive of a volume does not name its root", "[files]") {
  testing::TempDirectory directory;
  const auto tree = TarTree::Open(Store(directory, TarEntry('5', "/") + TarEntry('0', "/one", "1") +
                                                       TarEntry('5', "/d/") + TarEntry('0', "/d/two", "2")),
                                  "/var/outputs");
  REQUIRE(tree);
  CHECK(Content(*tree, "one") == "1");
  CHECK(Content(*tree, "d/two") == "2");
  CHECK(tree->Names("") == std::vector<std::string>{"d", "one"});
}

TEST_CASE("links", "[files]") {
  testing::TempDirectory directory;
  const auto tree = TarTree::Open(
      Store(directory, TarEntry('5', "outputs/") + TarEntry('0', "outputs/a", "A") +
                           TarEntry('1', "outputs/hard", "", "outputs/a") + TarEntry('2', "outputs/soft", "", "a") +
                           TarEntry('2', "outputs/absolute", "", "/var/outputs/d/../a") + TarEntry('5', "outputs/d/") +
                           TarEntry('2', "outputs/d/up", "", "../soft") + TarEntry('2', "outputs/folder", "", "d") +
                           TarEntry('2', "outputs/out", "", "../../etc/passwd") +
                           TarEntry('2', "outputs/root", "", "/etc/passwd") +
                           TarEntry('2', "outputs/beside", "", "/var/outputs2/a") +
                           TarEntry('2', "outputs/loop", "", "loop") +
                           TarEntry('1', "outputs/hardout", "", "../../etc/passwd") + TarEntry('6', "outputs/pipe") +
                           TarEntry('2', "outputs/gone", "", "nowhere") + std::string(1024, '\0')),
      "/var/outputs");
  REQUIRE(tree);
  for (const char* name : {"a", "hard", "soft", "absolute", "d/up", "folder/up"}) CHECK(Content(*tree, name) == "A");
  for (const char* name : {"out", "root", "beside", "loop"}) {
    CAPTURE(name);
    CHECK(tree->Resolve(name).error().code == Code::kInvalidArgument);
  }
  CHECK(tree->Resolve("hardout").error().code == Code::kNotFound);
  CHECK(tree->Resolve("gone").error().code == Code::kNotFound);
  CHECK(tree->Resolve("../../etc/passwd").error().code == Code::kNotFound);
  CHECK(tree->At(*tree->Resolve("pipe")).kind == Kind::kOther);
}

TEST_CASE("extended headers", "[files]") {
  testing::TempDirectory directory;
  const std::string name = "outputs/" + std::string(200, 'n');
  const std::string record = Cat(name.size() + 10, " path=", name, "\n");
  const auto tree = TarTree::Open(
      Store(directory, TarEntry('5', "outputs/") + PaxEntry(record) + TarEntry('0', "cut", "long") +
                           TarEntry('g', "global", "9 a=bcde\n") + TarEntry('L', "././@LongLink", name + "2") +
                           TarEntry('0', "cut", "gnu") + TarEntry('0', "outputs/plain", "p")),
      "/var/outputs");
  REQUIRE(tree);
  CHECK(Content(*tree, std::string(200, 'n')) == "long");
  CHECK(Content(*tree, std::string(200, 'n') + "2") == "gnu");
  CHECK(Content(*tree, "plain") == "p");
}

TEST_CASE("archives that are none", "[files]") {
  testing::TempDirectory directory;
  const auto reason = [&](const std::string& bytes) {
    const auto tree = TarTree::Open(Store(directory, bytes), "/var/outputs");
    return tree ? "" : tree.error().reason;
  };
  CHECK(reason("").empty());
  CHECK(reason(TarEntry('5', "outputs/")).empty());
  CHECK(reason(std::string(512, 'x')) == "BAD_ARCHIVE");
  CHECK(reason(TarEntry('0', "outputs/a", "A").substr(0, 100)) == "BAD_ARCHIVE");
  CHECK(reason(TarEntry('0', "outputs/a", "A", "", 077777777777)) == "BAD_ARCHIVE");
  CHECK(reason(PaxEntry("5 size=99\n")) == "BAD_ARCHIVE");
  CHECK(reason(PaxEntry("99999999999 path=x\n")) == "BAD_ARCHIVE");
  CHECK(reason(PaxEntry("23 size=99999999999999\n") + TarEntry('0', "outputs/a", "A")) == "BAD_ARCHIVE");
  std::string deep = "outputs";
  while (deep.size() < 5000) deep += "/a";
  CHECK(reason(PaxEntry(Cat(deep.size() + 11, " path=", deep, "\n")) + TarEntry('0', "cut", "A")) == "BAD_ARCHIVE");
  CHECK(TarTree::Open(directory.Path() + "/none.tar", "/x").error().code == Code::kNotFound);
}
