#pragma once

// The data directory as every verb sees it: where things are, and what the running sandbox wrote about itself.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "sandbox/base/error.h"

namespace sandbox::home {

struct Home {
  std::filesystem::path root;

  std::filesystem::path Lock() const { return root / "lock"; }
  std::filesystem::path Runtime() const { return root / "runtime.json"; }
  std::filesystem::path LogFile() const { return root / "sandbox.log"; }
  std::filesystem::path Config() const { return root / "config.yaml"; }
  // What FLYTECTL_CONFIG points at for clients of this sandbox.
  std::filesystem::path ClientConfig() const { return root / "client.yaml"; }
  std::filesystem::path Database() const { return root / "state.db"; }
  std::filesystem::path Objects() const { return root / "objects"; }
  std::filesystem::path Secrets() const { return root / "secrets"; }
  std::filesystem::path Logs() const { return root / "logs"; }
  std::filesystem::path Archives() const {
    return root / "archives";
  }  // of raw containers' files, for the time of an attempt
  std::filesystem::path Builds() const { return root / "builds"; }  // of images, a folder each
  std::filesystem::path Instance() const { return root / "instance"; }
  std::filesystem::path Ports() const { return root / "ports.json"; }

  // `--home`, else SANDBOX_HOME, else ~/.flyte/sandbox; absolute.
  static Home Resolve(const std::string& option);
  // Of `--name`: ~/.flyte/sandbox-NAME, and ~/.flyte/sandbox of "default". BAD_VALUE says what a name may be.
  static Result<Home> Named(const std::string& name);
  // Whether this is ~/.flyte/sandbox, however it was named.
  bool IsDefault() const;
  // "default", NAME of ~/.flyte/sandbox-NAME, empty for every other directory.
  std::string Name() const;
};

// Makes the directory when it is not there. HOME_NOT_WRITABLE says why nothing can be kept there, and what to do.
Status Prepare(const Home& home);

// ~/.flyte/config-sandbox.yaml, where users of flytectl's own sandbox look. It belongs to the default home.
std::filesystem::path SharedClientConfig();

// Written by the running sandbox once it listens, removed when it stops.
struct RuntimeInfo {
  int64_t pid = 0;
  std::string version;
  std::string preset;
  uint16_t port = 0;  // gRPC, REST, console
  uint16_t s3_port = 0;
  uint16_t registry_port = 0;  // of images
  std::string docker_socket;   // address in use; empty: none answered at start
  std::string docker_note;     // what was tried when none answered
  int64_t started_at_unix = 0;
};

Status WriteRuntime(const Home& home, const RuntimeInfo& info);
// Nullopt when no sandbox runs there: no file, or its process is gone (dead and not yet reaped counts as gone, and so
// does another process that has its number now).
std::optional<RuntimeInfo> ReadRuntime(const Home& home);
// The same, but waits, ten seconds at most, while a sandbox holds the data directory that does not say where it
// listens: it is starting, or about to end.
std::optional<RuntimeInfo> AwaitRuntime(const Home& home);
// Whether a sandbox holds the data directory.
bool IsLocked(const Home& home);

}  // namespace sandbox::home
