#include "cli/client_config.h"

#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace sandbox::cli {
namespace {

namespace fs = std::filesystem;

// Of flytectl. The text says which files are ours: a change of it needs the old one beside it in IsOurs.
std::string ClientConfigText(std::string_view port) {
  return Cat(
      "admin:\n"
      "  # For GRPC endpoints you might want to use dns:///flyte.myexample.com\n"
      "  endpoint: dns:///localhost:",
      port,
      "\n"
      "  insecure: true\n"
      "console:\n"
      "  endpoint: http://localhost:",
      port, "\n");
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Status WriteFile(const fs::path& path, const std::string& text) {
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  const fs::path temporary = path.string() + ".new";
  std::ofstream file(temporary, std::ios::binary);
  file << text;
  file.close();
  fs::rename(temporary, path, failure);
  if (!file || failure) return Internal(Cat("cannot write ", path.string()));
  return {};
}

bool IsOurs(const std::string& text) {
  static constexpr std::string_view kBefore = "dns:///localhost:";
  const size_t found = text.find(kBefore);
  if (found == std::string::npos) return false;
  size_t end = found + kBefore.size();
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
  return text == ClientConfigText(text.substr(found + kBefore.size(), end - found - kBefore.size()));
}

bool LeadsTo(const std::string& text, uint16_t port) {
  const std::string address = Cat("localhost:", port);
  const size_t found = text.find(address);
  if (found == std::string::npos) return false;
  const size_t end = found + address.size();
  return end == text.size() || !std::isdigit(static_cast<unsigned char>(text[end]));
}

// A name beside `path` that is free.
fs::path FreeNameFor(const fs::path& path) {
  fs::path name = path.string() + ".saved";
  for (int i = 2; fs::exists(name); ++i) name = Cat(path.string(), ".saved-", i);
  return name;
}

Status WriteShared(const RuntimeInfo& info, std::vector<std::string>& notes) {
  const fs::path path = home::SharedClientConfig();
  const std::string ours = ClientConfigText(std::to_string(info.port));
  if (fs::exists(path)) {
    const std::string text = ReadFile(path);
    if (text == ours || (!IsOurs(text) && LeadsTo(text, info.port))) return {};
    if (!IsOurs(text)) {
      const fs::path saved = FreeNameFor(path);
      std::error_code failure;
      fs::rename(path, saved, failure);
      if (failure) return Internal(Cat("cannot rename ", path.string(), ": ", failure.message()));
      notes.push_back(
          Cat(path.string(), " led elsewhere and now leads to this sandbox; the old one is ", saved.string()));
    }
  }
  return WriteFile(path, ours);
}

// Where the docker command goes as the environment is.
std::string UsualDockerHost() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (std::string host = variable("DOCKER_HOST"); !host.empty()) return host;
  return variable("DOCKER_CONTEXT").empty() ? "unix:///var/run/docker.sock" : "";
}

// gRPC, curl and Python read the small ones, Go and the aws CLI either.
Variables ProxyVariables() {
  const auto of = [](const char* large, const char* small) {
    const char* value = std::getenv(small);
    if (value == nullptr || *value == '\0') value = std::getenv(large);
    return std::string(value == nullptr ? "" : value);
  };
  if (of("HTTP_PROXY", "http_proxy").empty() && of("HTTPS_PROXY", "https_proxy").empty() &&
      of("ALL_PROXY", "all_proxy").empty())
    return {};
  std::string without = of("NO_PROXY", "no_proxy");
  if (without == "*") return {};
  for (const char* here : {"localhost", "127.0.0.1"}) {
    if (Cat(",", without, ",").find(Cat(",", here, ",")) == std::string::npos)
      without += Cat(without.empty() ? "" : ",", here);
  }
  return {{"NO_PROXY", without}, {"no_proxy", without}};
}

}  // namespace

Status WriteClientConfigs(const Home& home, const RuntimeInfo& info, std::vector<std::string>& notes) {
  const std::string text = ClientConfigText(std::to_string(info.port));
  if (ReadFile(home.ClientConfig()) != text) {
    if (Status written = WriteFile(home.ClientConfig(), text); !written) return written;
  }
  return home.IsDefault() ? WriteShared(info, notes) : Status();
}

bool RemoveSharedClientConfig(const Home& home) {
  const fs::path path = home::SharedClientConfig();
  if (!home.IsDefault() || !fs::exists(path)) return true;
  if (!IsOurs(ReadFile(path))) return false;
  std::error_code ignored;
  fs::remove(path, ignored);
  return true;
}

fs::path ClientConfigToShow(const Home& home) {
  return home.IsDefault() ? home::SharedClientConfig() : home.ClientConfig();
}

void SayWhich(const Home& home, const RuntimeInfo& info) {
  const std::string name = home.Name();
  if (isatty(STDERR_FILENO) != 1 || home.IsDefault()) return;
  std::fprintf(stderr, "# sandbox %s on localhost:%u\n", name.empty() ? home.root.c_str() : name.c_str(), info.port);
}

Variables ClientVariables(const Home& home, const RuntimeInfo& info) {
  const std::string s3 = Cat("http://localhost:", info.s3_port);
  Variables out = {
      {"SANDBOX_HOME", home.root.string()},
      {"FLYTECTL_CONFIG", home.ClientConfig().string()},
      {"FLYTE_PLATFORM_URL", Cat("localhost:", info.port)},
      {"FLYTE_PLATFORM_INSECURE", "true"},
      {"FLYTE_AWS_ENDPOINT", s3},
      {"FLYTE_AWS_ACCESS_KEY_ID", "minio"},
      {"FLYTE_AWS_SECRET_ACCESS_KEY", "miniostorage"},
      {"AWS_ENDPOINT_URL", s3},
      {"AWS_ACCESS_KEY_ID", "minio"},
      {"AWS_SECRET_ACCESS_KEY", "miniostorage"},
      {"AWS_DEFAULT_REGION", "us-east-1"},
  };
  if (!info.docker_socket.empty() && info.docker_socket != UsualDockerHost())
    out.emplace_back("DOCKER_HOST", info.docker_socket);
  for (auto& each : ProxyVariables()) out.push_back(std::move(each));
  return out;
}

Status UseClientVariables(const Home& home, const RuntimeInfo& info) {
  std::vector<std::string> notes;
  if (Status written = WriteClientConfigs(home, info, notes); !written) return written;
  for (const auto& [name, value] : ClientVariables(home, info)) setenv(name.c_str(), value.c_str(), 1);
  if (!info.docker_socket.empty()) setenv("DOCKER_HOST", info.docker_socket.c_str(), 1);
  return {};
}

}  // namespace sandbox::cli
