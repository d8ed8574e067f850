#include <catch2/catch.hpp>
#include <map>

#include "docker/client.h"
#include "docker/codec.h"
#include "docker/engine_address.h"
#include "docker/frames.h"
#include "docker/image_reference.h"
#include "docker/tar.h"

namespace sandbox::docker {
namespace {

using namespace std::string_literals;

TEST_CASE("frames in pieces of every size", "[docker]") {
  const std::string stream = "\1\0\0\0\0\0\0\5hello\2\0\0\0\0\0\0\1!\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\2ok"s;
  for (size_t size = 1; size <= stream.size(); ++size) {
    CAPTURE(size);
    FrameDecoder decoder;
    LogPiece out;
    for (size_t at = 0; at < stream.size(); at += size)
      REQUIRE(decoder.Feed(std::string_view(stream).substr(at, size), out));
    CHECK(out.bytes == "hello!ok");
    REQUIRE(out.runs.size() == 3);
    CHECK(out.runs[0].bytes == 5);
    CHECK_FALSE(out.runs[0].is_stderr);
    CHECK(out.runs[1].bytes == 1);
    CHECK(out.runs[1].is_stderr);
    CHECK(out.runs[2].bytes == 2);
    CHECK(decoder.Finish());
  }
}

TEST_CASE("an archive of files holds what was put in", "[docker]") {
  const std::string long_path = "etc/" + std::string(90, 'd') + "/" + std::string(90, 'f');
  const std::string archive = TarOf({{long_path, std::string(600, 'x')}});
  CHECK(archive.size() % 512 == 0);
  CHECK(FirstFileOfTar(archive, 1000) == std::string(600, 'x'));
  CHECK(archive.find("etc/" + std::string(90, 'd') + "/") ==
        0);  // the directory comes first; /etc itself is left alone
  CHECK(FirstFileOfTar(TarOf({{"etc/a/b", ""}}), 10) == "");
}

TEST_CASE("a build is asked for in its query", "[docker]") {
  CHECK(EncodeBuild({{"app:v1"}, "Dockerfile", {}, {}, "", "", false, false}) ==
        "version=1&rm=1&forcerm=1&t=app%3Av1&dockerfile=Dockerfile");
  CHECK(EncodeBuild({{"a:1", "b:2"}, "x/D f", {{"K", "a b\"&"}}, {{"l", ""}}, "one", "linux/arm64", true, true}) ==
        "version=1&rm=1&forcerm=1&t=a%3A1&t=b%3A2&dockerfile=x%2FD%20f&buildargs=%7B%22K%22%3A%22a%20b%5C%22%26%22%7D"
        "&labels=%7B%22l%22%3A%22%22%7D&target=one&platform=linux%2Farm64&nocache=1&pull=1");
  CHECK(EncodeBuild({{"app:v1"}, "Dockerfile", {}, {}, "", "", false, false, true}) ==
        "version=2&t=app%3Av1&dockerfile=Dockerfile");
}

TEST_CASE("frames that are cut or no frames", "[docker]") {
  FrameDecoder decoder;
  LogPiece out;
  REQUIRE(decoder.Feed("\1\0\0\0\0\0\0\5hel"s, out));
  CHECK(out.bytes == "hel");
  CHECK(decoder.Finish().error().reason == "LOG_TRUNCATED");
  FrameDecoder header_only;
  REQUIRE(header_only.Feed("\1\0\0"s, out));
  CHECK(header_only.Finish().error().reason == "LOG_TRUNCATED");
  FrameDecoder text;
  CHECK(text.Feed("plain text", out).error().reason == "BAD_LOG_FRAME");
}

std::string TarEntry(const std::string& name, char type, const std::string& content) {
  std::string header(512, '\0');
  auto put = [&](size_t at, const std::string& text) { header.replace(at, text.size(), text); };
  char size[13];
  std::snprintf(size, sizeof(size), "%011o", static_cast<unsigned>(content.size()));
  put(0, name);
  put(124, size);
  header[156] = type;
  put(148, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char checksum[8];
  std::snprintf(checksum, sizeof(checksum), "%06o", sum);
  put(148, std::string(checksum, 7));
  std::string body = content;
  body.resize((content.size() + 511) / 512 * 512, '\0');
  return header + body;
}

TEST_CASE("the first file of a tar", "[docker]") {
  const std::string end(1024, '\0');
  CHECK(FirstFileOfTar(TarEntry("dir/", '5', "") + TarEntry("f", '0', "content") + end, 100) == "content");
  CHECK(FirstFileOfTar(TarEntry("f", '0', "content") + end, 3) == "con");
  CHECK(FirstFileOfTar(TarEntry("pax", 'x', "30 mtime=1\n") + TarEntry("f", '0', std::string(600, 'x')), 4096) ==
        std::string(600, 'x'));
  CHECK(FirstFileOfTar(end, 10).error().code == Code::kNotFound);
  CHECK(FirstFileOfTar("", 10).error().code == Code::kNotFound);
  std::string damaged = TarEntry("f", '0', "content");
  damaged[0] = 'g';
  CHECK(FirstFileOfTar(damaged, 10).error().reason == "BAD_ARCHIVE");
  CHECK(FirstFileOfTar(TarEntry("f", '0', std::string(600, 'x')).substr(0, 700), 4096).error().reason == "BAD_ARCHIVE");
}

TEST_CASE("image references", "[docker]") {
  const std::string digest = "sha256:" + std::string(64, 'a');
  CHECK(ParseImageReference("busybox")->tag == "latest");
  CHECK(ParseImageReference("localhost:30000/team/app:v1")->name == "localhost:30000/team/app");
  CHECK(ParseImageReference("localhost:30000/app")->tag == "latest");
  CHECK(ParseImageReference("ghcr.io/a/b__c:v1@" + digest)->digest == digest);
  CHECK(ParseImageReference("a@" + digest)->tag.empty());
  for (const char* bad : {"", "Upper", "a b", "a:", "a:-x", "a//b", "/a", "a/", "-a", "a..b", "a___b", "a@sha256:12",
                          "a?b", "host:port/a:b:c", "busybox\n"}) {
    CAPTURE(bad);
    CHECK(!ParseImageReference(bad));
  }
}

TEST_CASE("times of the engine", "[docker]") {
  CHECK(FormatRfc3339(*ParseEngineTime("2026-11-23T23:50:01.123456789Z")) == "2026-11-23T23:50:01.123456789Z");
  CHECK(FormatRfc3339(*ParseEngineTime("2026-11-23T23:50:01Z")) == "2026-11-23T23:50:01Z");
  CHECK(FormatRfc3339(*ParseEngineTime("2026-11-23T23:50:01.5+01:30")) == "2026-11-23T22:20:01.500Z");
  CHECK(*ParseEngineTime("0001-01-01T00:00:00Z") == Instant{});
  for (const char* bad :
       {"", "now", "2026-11-23", "2026-13-23T23:50:01Z", "2026-11-23T23:50:01", "2026-11-23T23:50:01+1"})
    CHECK(!ParseEngineTime(bad));
}

TEST_CASE("replies that are not what was promised", "[docker]") {
  for (const char* bad : {"", "null", "[]", "{", "{\"Id\":3}", "{\"Id\":\"\"}"}) CHECK(!DecodeCreated(bad));
  CHECK(!DecodeContainer("{}"));
  CHECK(!DecodeContainers("{}"));
  CHECK(DecodeContainer(R"({"State":{"ExitCode":"x","Running":1,"Error":null}})")->exit_code == 0);
  CHECK(DecodePullLine(R"({"errorDetail":{},"error":"manifest unknown"})").error().reason == "PULL_FAILED");
  CHECK(DecodePullLine(R"({"status":"Downloading","id":"ab","progressDetail":{"current":5,"total":9}})")->total_bytes ==
        9);
  CHECK(DecodeMessage(R"({"message":"why"})") == "why");
  CHECK(DecodeMessage("plain") == "plain");
}

TEST_CASE("what tells Podman from Docker", "[docker]") {
  const auto podman = DecodeVersion(R"({"Components":[{"Name":"Podman Engine"},{"Name":"Conmon"}],"Version":"4.3.1"})");
  REQUIRE(podman);
  CHECK(podman->podman);
  CHECK(podman->version == "4.3.1");
  CHECK_FALSE(DecodeVersion(R"({"Components":[{"Name":"Engine"}],"Version":"20.10.24"})")->podman);
  CHECK_FALSE(DecodeVersion(R"({"Version":"20.10.24"})")->podman);

  const auto network = DecodeNetwork(R"({"Created":"2026-01-02T03:04:05Z","IPAM":{"Config":[{"Gateway":"fd00::1"},)"
                                     R"({"Subnet":"10.88.0.0/16","Gateway":"10.88.0.1"}]}})");
  REQUIRE(network);
  CHECK(network->gateway == "10.88.0.1");
  CHECK(DecodeNetwork(R"({"Created":"2026-01-02T03:04:05Z","IPAM":{"Config":null}})")->gateway.empty());
  CHECK(DecodeNetwork("{}").error().reason == "BAD_REPLY");

  const auto images = DecodeImages(
      R"([{"Id":"1","Created":2,"RepoTags":["docker.io/library/busybox:latest","docker.io/a/b:v1"],"Names":["x"]},)"
      R"({"Id":"2","Created":1,"RepoTags":["localhost/own:v1"],"Names":["x"]},)"
      R"({"Id":"3","Created":0,"RepoTags":["localhost/own:v1","<none>:<none>"]}])");
  REQUIRE(images);
  CHECK(images->at(0).names == std::vector<std::string>{"busybox:latest", "a/b:v1"});
  CHECK(images->at(1).names == std::vector<std::string>{"own:v1", "localhost/own:v1"});
  CHECK(images->at(2).names == std::vector<std::string>{"localhost/own:v1"});
}

TEST_CASE("which engines say that they have GPUs", "[docker]") {
  CHECK(DecodeInfo(R"({"Runtimes":{"runc":{},"nvidia":{"path":"nvidia-container-runtime"}}})")->has_gpus);
  CHECK(DecodeInfo(R"({"DiscoveredDevices":[{"Source":"cdi","ID":"nvidia.com/gpu=0"}]})")->has_gpus);
  CHECK_FALSE(DecodeInfo(R"({"Runtimes":{"runc":{}},"DiscoveredDevices":[{"ID":"vendor.com/nic=0"}]})")->has_gpus);
  CHECK_FALSE(DecodeInfo("{}")->has_gpus);
}

TEST_CASE("a volume that is made has its labels", "[docker]") {
  CHECK(EncodeVolume({"v", "/t", true, {{"a", "b"}}}) == R"({"Labels":{"a":"b"},"Name":"v"})");
}

struct World {
  std::map<std::string, std::string> variables, files;
  std::vector<std::string> folders;
  std::vector<std::string> answering;
  EngineEnvironment Environment() {
    return {[this](const char* name) { return variables[name]; },
            [this](const std::string& path) { return files[path]; }, [this](const std::string&) { return folders; },
            [this](const EngineAddress& engine) {
              return std::find(answering.begin(), answering.end(), engine.ToString()) != answering.end()
                         ? std::string()
                         : std::string("refused");
            }};
  }
};

TEST_CASE("where the engine is looked for", "[docker]") {
  World world;
  world.variables["HOME"] = "/home/u";
  SECTION("the setting wins and nothing else is tried") {
    world.variables["DOCKER_HOST"] = "unix:///other.sock";
    world.answering = {"unix:///other.sock"};
    const auto refused = ResolveEngine("/mine.sock", world.Environment());
    REQUIRE(!refused);
    CHECK(refused.error().reason == "ENGINE_UNREACHABLE");
    CHECK(refused.error().message.find("/mine.sock (setting): refused") != std::string::npos);
    CHECK(refused.error().message.find("other") == std::string::npos);
  }
  SECTION("DOCKER_HOST") {
    world.variables["DOCKER_HOST"] = "tcp://127.0.0.1:2375";
    world.answering = {"tcp://127.0.0.1:2375"};
    CHECK(ResolveEngine("", world.Environment())->source == "DOCKER_HOST");
  }
  SECTION("the current context") {
    world.files["/home/u/.docker/config.json"] = R"({"currentContext":"colima"})";
    world.folders = {"abc"};
    world.files["/home/u/.docker/contexts/meta/abc/meta.json"] =
        R"({"Name":"colima","Endpoints":{"docker":{"Host":"unix:///c.sock"}}})";
    world.answering = {"unix:///c.sock"};
    CHECK(ResolveEngine("", world.Environment())->socket_path == "/c.sock");
    world.variables["DOCKER_CONTEXT"] = "gone";
    CHECK(ResolveEngine("", world.Environment()).error().message.find("gone: there is no such context") !=
          std::string::npos);
  }
  SECTION("well-known sockets, in order") {
    world.answering = {"unix:///home/u/.orbstack/run/docker.sock"};
    CHECK(ResolveEngine("", world.Environment())->source == "well-known");
    world.answering.clear();
    CHECK(ResolveEngine("", world.Environment()).error().message.find("/var/run/docker.sock (well-known): refused") !=
          std::string::npos);
  }
  SECTION("what is no address") {
    for (const char* bad :
         {"ssh://host", "tcp://host", "tcp://host:0", "tcp://host:70000", "tcp://:1", "npipe:////./pipe/x", ""})
      CHECK(!ParseEngineAddress(bad));
    CHECK(ParseEngineAddress("tcp://[::1]:2375/")->host == "::1");
  }
}

}  // namespace
}  // namespace sandbox::docker
