// Names of data directories, the ports that they keep, the index, and whose processes are gone.

#include "home/instances.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "home/owner.h"
#include "support/temp_directory.h"

using namespace sandbox;
using namespace sandbox::home;

namespace {

struct User {
  User() {
    setenv("HOME", directory.Path().c_str(), 1);
    for (const char* name : {"SANDBOX_HOME", "XDG_STATE_HOME"}) unsetenv(name);
  }
  // As a start leaves it.
  Home Make(const std::filesystem::path& root) const {
    std::filesystem::create_directories(root);
    std::ofstream(root / "lock") << "";
    return {root};
  }

  testing::TempDirectory directory;
  std::filesystem::path flyte = directory.Path() + "/.flyte";
};

std::vector<std::string> Roots() {
  std::vector<std::string> out;
  for (const Instance& each : Instances()) out.push_back(each.home.root);
  return out;
}

}  // namespace

TEST_CASE("a name is a directory below ~/.flyte, and the other way round") {
  const User user;
  CHECK(Home::Named("ci-2")->root == user.flyte / "sandbox-ci-2");
  CHECK(Home::Named("ci-2")->Name() == "ci-2");
  CHECK(Home::Named("default")->IsDefault());
  CHECK(Home::Resolve("").Name() == "default");
  CHECK(Home::Resolve(user.flyte / "x" / ".." / "sandbox-ci").Name() == "ci");
  CHECK(Home::Resolve("/tmp/sandbox-ci").Name().empty());
  CHECK(Home::Resolve(user.flyte / "sandbox-No Name").Name().empty());
  for (const char* wrong : {"", "-a", "a-", "A", "a/b", "a.b", "..", "abcdefghijklmnopqrstuvwxyz0123456"})
    CHECK_FALSE(Home::Named(wrong));
}

TEST_CASE("ports are kept with the data directory") {
  const User user;
  const Home home = user.Make(user.flyte / "sandbox-a");
  CHECK_FALSE(ReadPorts(home));
  REQUIRE(WritePorts(home, {30180, 30102, 30100, 8089, 9000}));
  const auto kept = ReadPorts(home);
  REQUIRE(kept);
  CHECK((kept->platform == 30180 && kept->objects == 30102 && kept->images == 30100));
  CHECK((kept->task_platform == 8089 && kept->task_objects == 9000));
  std::ofstream(home.Ports()) << "{\"platform\": 1}";
  CHECK_FALSE(ReadPorts(home));
  std::ofstream(home.Ports()) << "no json";
  CHECK_FALSE(ReadPorts(home));
}

TEST_CASE("named directories are found by their names, others by the index, each once") {
  const User user;
  user.Make(user.flyte / "sandbox");
  user.Make(user.flyte / "sandbox-b");
  std::filesystem::create_directories(user.flyte / "sandbox-no-lock");
  const Home other = user.Make(user.directory.Path() + "/elsewhere");
  REQUIRE(Remember({other, "1.0", false}));
  REQUIRE(Remember({*Home::Named("b"), "1.0", false}));
  CHECK(Roots() == std::vector<std::string>{user.flyte / "sandbox", user.flyte / "sandbox-b", other.root});
  CHECK(Instances()[2].version == "1.0");
  Forget(other);
  CHECK(Roots().size() == 2);
}

TEST_CASE("an entry of a directory that is gone is dropped, but not that of an ephemeral one") {
  const User user;
  const Home gone = user.Make(user.directory.Path() + "/gone"), left = user.Make(user.directory.Path() + "/left");
  REQUIRE(Remember({gone, "1.0", false}));
  REQUIRE(Remember({left, "1.0", true}));
  std::filesystem::remove_all(gone.root);
  std::filesystem::remove_all(left.root);
  CHECK(Roots() == std::vector<std::string>{left.root});
  const std::filesystem::path folder = user.directory.Path() + "/.local/state/sandbox/instances";
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
}

TEST_CASE("what is swept as ephemeral has the name and the owner of one") {
  const User user;
  setenv("TMPDIR", user.directory.Path().c_str(), 1);
  const Home own = user.Make(user.directory.Path() + "/sandbox-ephemeral-own");
  const Home other = user.Make(user.directory.Path() + "/precious");
  std::filesystem::create_directory_symlink(other.root, user.directory.Path() + "/sandbox-ephemeral-link");
  const Home foreign = user.Make(user.directory.Path() + "/sandbox-ephemeral-foreign");
  const bool given = chown(foreign.root.c_str(), geteuid() + 1, getegid()) == 0;  // as root only
  REQUIRE(Remember({other, "1.0", true}));
  REQUIRE(Remember({own, "1.0", true}));
  const Home gone{user.directory.Path() + "/sandbox-ephemeral-gone"};
  REQUIRE(Remember({gone, "1.0", true}));
  std::set<std::string> roots;
  for (const Home& each : EphemeralHomes()) roots.insert(each.root);
  std::set<std::string> expected = {own.root, gone.root};
  if (!given) expected.insert(foreign.root);
  CHECK(roots == expected);
  unsetenv("TMPDIR");
}

TEST_CASE("a process is gone when its number is free or another's, on the same machine only") {
  const std::string mine = ThisOwner();
  CHECK_FALSE(IsGone(mine));
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  const auto replaced = [&](size_t part, const std::string& by) {
    std::string out, word;
    std::istringstream in(mine);
    for (size_t i = 0; std::getline(in, word, '/'); ++i) out += (out.empty() ? "" : "/") + (i == part ? by : word);
    return out;
  };
  CHECK(IsGone(replaced(3, std::to_string(child))));
  CHECK(IsGone(replaced(4, "1")));
  CHECK_FALSE(IsGone("other-machine" + replaced(3, std::to_string(child)).substr(mine.find('/'))));
  CHECK_FALSE(IsGone(replaced(2, "pid:[1]")));
  CHECK_FALSE(IsGone("nonsense"));
  CHECK_FALSE(IsGone(""));
}

TEST_CASE("a directory that cannot be made says why and what to do") {
  const User user;
  std::ofstream(user.directory.Path() + "/file") << "";
  const Status prepared = Prepare({user.directory.Path() + "/file/home"});
  REQUIRE_FALSE(prepared);
  CHECK(prepared.error().reason == "HOME_NOT_WRITABLE");
  CHECK(prepared.error().message.find("--home") != std::string::npos);
}
