#include "cli/client_config.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "support/temp_directory.h"

using namespace sandbox;
using namespace sandbox::cli;

namespace {

std::string Content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Put(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

RuntimeInfo On(uint16_t port) {
  RuntimeInfo info;
  info.port = port;
  info.s3_port = static_cast<uint16_t>(port - 78);
  info.docker_socket = "unix:///var/run/docker.sock";
  return info;
}

// A home directory of a user with the default data directory and another one.
struct User {
  std::string Write(const Home& home, uint16_t port) {
    std::vector<std::string> notes;
    REQUIRE(WriteClientConfigs(home, On(port), notes));
    return notes.empty() ? "" : notes[0];
  }
  // The environment first: what follows is found by it.
  static std::string Enter(const std::string& home) {
    setenv("HOME", home.c_str(), 1);
    for (const char* name : {"SANDBOX_HOME", "DOCKER_HOST", "DOCKER_CONTEXT"}) unsetenv(name);
    return home;
  }

  testing::TempDirectory directory;
  const std::string user_home = Enter(directory.Path());
  Home usual = Home::Resolve("");
  Home other = Home::Resolve(user_home + "/other");
  std::filesystem::path shared = user_home + "/.flyte/config-sandbox.yaml";
};

constexpr const char* kOurs =
    "admin:\n"
    "  # For GRPC endpoints you might want to use dns:///flyte.myexample.com\n"
    "  endpoint: dns:///localhost:30080\n"
    "  insecure: true\n"
    "console:\n"
    "  endpoint: http://localhost:30080\n";

}  // namespace

TEST_CASE_METHOD(User, "Each home has its client file, and only the default one has the shared one") {
  CHECK(Write(usual, 30080).empty());
  CHECK(Content(usual.ClientConfig()) == kOurs);
  CHECK(Content(shared) == kOurs);
  CHECK(Write(other, 31080).empty());
  CHECK(Content(other.ClientConfig()).find("dns:///localhost:31080\n") != std::string::npos);
  CHECK(Content(shared) == kOurs);
  CHECK(ClientConfigToShow(usual) == shared);
  CHECK(ClientConfigToShow(other) == other.ClientConfig());

  CHECK(RemoveSharedClientConfig(other));
  CHECK(Content(shared) == kOurs);
  CHECK(RemoveSharedClientConfig(usual));
  CHECK_FALSE(std::filesystem::exists(shared));
}

TEST_CASE_METHOD(User, "The default home is known by any name of it") {
  std::filesystem::create_directories(usual.root);
  std::filesystem::create_directory_symlink(usual.root, user_home + "/link");
  CHECK(Home::Resolve(user_home + "/.flyte/../.flyte/sandbox").IsDefault());
  CHECK(Home::Resolve(user_home + "/link").IsDefault());
  CHECK_FALSE(other.IsDefault());
}

TEST_CASE_METHOD(User, "A shared file of a sandbox on other ports is replaced without a word") {
  Write(usual, 31080);
  CHECK(Write(usual, 30080).empty());
  CHECK(Content(shared) == kOurs);
}

TEST_CASE_METHOD(User, "A shared file that no sandbox wrote is kept beside, and the user is told") {
  const std::string foreign = "admin:\n  endpoint: dns:///flyte.example.com\n";
  Put(shared, foreign);
  const std::string note = Write(usual, 30080);
  CHECK(note.find(shared.string() + ".saved") != std::string::npos);
  CHECK(Content(shared) == kOurs);
  CHECK(Content(shared.string() + ".saved") == foreign);

  Put(shared, "another: one\n");
  CHECK(Write(usual, 30080).find(".saved-2") != std::string::npos);
  CHECK(Content(shared.string() + ".saved") == foreign);
}

TEST_CASE_METHOD(User, "An edited file that leads here stays, also at the teardown") {
  const std::string edited = std::string(kOurs) + "logger:\n  level: 5\n";
  Put(shared, edited);
  CHECK(Write(usual, 30080).empty());
  CHECK(Content(shared) == edited);
  CHECK_FALSE(RemoveSharedClientConfig(usual));
  CHECK(Content(shared) == edited);
  // 30080 is no part of 300801.
  CHECK_FALSE(Write(usual, 3008).empty());
}

TEST_CASE_METHOD(User, "DOCKER_HOST is told only where docker would go elsewhere") {
  const auto docker_host = [&](const std::string& socket) {
    RuntimeInfo info = On(30080);
    info.docker_socket = socket;
    for (const auto& [name, value] : ClientVariables(other, info)) {
      if (name == "DOCKER_HOST") return value;
    }
    return std::string();
  };
  CHECK(docker_host("unix:///var/run/docker.sock").empty());
  CHECK(docker_host("").empty());
  CHECK(docker_host("unix:///run/user/1000/docker.sock") == "unix:///run/user/1000/docker.sock");
  setenv("DOCKER_HOST", "unix:///run/user/1000/docker.sock", 1);
  CHECK(docker_host("unix:///run/user/1000/docker.sock").empty());
  CHECK(docker_host("unix:///var/run/docker.sock") == "unix:///var/run/docker.sock");
  unsetenv("DOCKER_HOST");
  setenv("DOCKER_CONTEXT", "colima", 1);
  CHECK(docker_host("unix:///var/run/docker.sock") == "unix:///var/run/docker.sock");
}

TEST_CASE_METHOD(User, "behind a proxy this machine is asked directly") {
  for (const char* name :
       {"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"})
    unsetenv(name);
  const auto told = [&] {
    std::string out;
    for (const auto& [name, value] : ClientVariables(other, On(30080))) {
      if (name == "NO_PROXY" || name == "no_proxy") out += Cat(name, "=", value, " ");
    }
    return out;
  };
  CHECK(told().empty());
  setenv("https_proxy", "http://proxy:3128", 1);
  CHECK(told() == "NO_PROXY=localhost,127.0.0.1 no_proxy=localhost,127.0.0.1 ");
  setenv("NO_PROXY", "corp.test,localhost", 1);
  CHECK(told() == "NO_PROXY=corp.test,localhost,127.0.0.1 no_proxy=corp.test,localhost,127.0.0.1 ");
  setenv("no_proxy", "*", 1);
  CHECK(told().empty());
  for (const char* name : {"https_proxy", "NO_PROXY", "no_proxy"}) unsetenv(name);
}
