#include "builds/context.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <map>

#include "sandbox/base/tar.h"

namespace sandbox::testing {
namespace {

namespace fs = std::filesystem;
using builds::ContextArchive;
using builds::IgnoreRules;
using builds::ScanContext;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("context-test-" + std::to_string(::getpid()));
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
  std::vector<std::string> Names(const std::string& ignore, const std::vector<std::string>& always = {}) const {
    std::vector<std::string> out;
    const auto files = ScanContext(path, *IgnoreRules::Parse(ignore), always);
    REQUIRE(files);
    for (const auto& file : *files) out.push_back(file.path);
    return out;
  }
};

using Names = std::vector<std::string>;

TEST_CASE("what is ignored is not in, but what is always sent", "[builds]") {
  const Folder folder;
  folder.Write("Dockerfile", "FROM x");
  folder.Write(".dockerignore", "*");
  folder.Write("src/a.py", "a");
  folder.Write("src/b.pyc", "b");
  CHECK(folder.Names("") == Names{".dockerignore", "Dockerfile", "src", "src/a.py", "src/b.pyc"});
  CHECK(folder.Names("**/*.pyc") == Names{".dockerignore", "Dockerfile", "src", "src/a.py"});
  CHECK(folder.Names("*", {"Dockerfile", ".dockerignore"}) == Names{".dockerignore", "Dockerfile"});
  CHECK(folder.Names("*\n!src/a.py") == Names{"src/a.py"});
  CHECK(folder.Names("src", {"src/b.pyc"}) == Names{".dockerignore", "Dockerfile", "src/b.pyc"});
}

TEST_CASE("the archive has what the folder has", "[builds]") {
  const Folder folder;
  const std::string large(700'000, 'x'), name = std::string(150, 'n') + ".txt";
  folder.Write("a/large", large);
  folder.Write(name, "long");
  folder.Write("empty", "");
  fs::create_symlink("a/large", folder.path / "link");
  fs::permissions(folder.path / "empty", fs::perms::owner_all);
  auto files = *ScanContext(folder.path, IgnoreRules(), {});
  files.push_back({"extra", '0', 4, 0644, 0, "", "text", true});
  ContextArchive archive(folder.path, files);
  std::string bytes;
  while (true) {
    const auto piece = archive.Next();
    REQUIRE(piece);
    if (piece->empty()) break;
    bytes += *piece;
  }
  REQUIRE(bytes.size() == archive.Size());
  std::map<std::string, TarMember> members;
  std::map<std::string, std::string> contents, records;
  for (size_t at = 0; at < bytes.size() && !IsTarEnd(std::string_view(bytes).substr(at, kTarBlockBytes));) {
    auto member = DecodeTarHeader(std::string_view(bytes).substr(at, kTarBlockBytes));
    REQUIRE(member);
    const std::string content = bytes.substr(at + kTarBlockBytes, member->size);
    at += kTarBlockBytes + member->size + TarPadding(member->size).size();
    if (member->type == 'x') {
      REQUIRE(DecodePaxRecords(content, records));
      continue;
    }
    if (records.contains("path")) member->path = records["path"];
    records.clear();
    contents[member->path] = content;
    members[member->path] = *member;
  }
  CHECK(contents.at("a/large") == large);
  CHECK(contents.at(name) == "long");
  CHECK(contents.at("extra") == "text");
  CHECK(members.at("a/").type == '5');
  CHECK(members.at("link").type == '2');
  CHECK(members.at("link").link == "a/large");
  CHECK(members.at("empty").mode == 0700);
}

TEST_CASE("a file that became shorter ends the archive", "[builds]") {
  const Folder folder;
  folder.Write("a", "1234567890");
  ContextArchive archive(folder.path, *ScanContext(folder.path, IgnoreRules(), {}));
  folder.Write("a", "12");
  const auto piece = archive.Next();
  REQUIRE_FALSE(piece);
  CHECK(piece.error().reason == "CONTEXT_CHANGED");
  CHECK(piece.error().message.find(".dockerignore") != std::string::npos);
}

}  // namespace
}  // namespace sandbox::testing
