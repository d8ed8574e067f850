#pragma once

// What this executable can do itself, without asking a running sandbox. The program's `main` fills it in, so that the
// command line needs none of the platform's rooms.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "home/home.h"
#include "home/start_options.h"
#include "sandbox/base/error.h"

namespace sandbox {
class ImageEngine;
struct QueryRows;
}  // namespace sandbox

namespace sandbox::home {

struct BackedUp {
  uint64_t files = 0, bytes = 0;
};

struct Host {
  // Runs a sandbox in this process until SIGTERM or SIGINT, or an ephemeral one until its parent process ends. `ready`
  // is called once, when every port listens and runtime.json says where. An error says why it did not start; reasons:
  // PORT_TAKEN, STATE_LOCKED, STATE_NEWER, HOME_NOT_WRITABLE, BAD_CONFIG, BAD_PRESET and what the store and the object
  // store say.
  std::function<Status(const Home& home, const StartOptions& options,
                       const std::function<void(const RuntimeInfo&)>& ready)>
      serve;

  // Removes every container and volume of the data directory from the Docker Engine; how many containers there were.
  // `docker_socket`: the engine's address; empty: the configured or usual one. Nothing to do is no error.
  std::function<Result<size_t>(const Home& home, const std::string& docker_socket)> remove_containers;
  // How many there are, of the same.
  std::function<Result<size_t>(const Home& home, const std::string& docker_socket)> count_containers;

  // Writes what the data directory holds into a file of mode 0600, as one moment left it, also while a sandbox runs
  // there; the file is whole or not there. BAD_VALUE when it is there already.
  std::function<Result<BackedUp>(const Home& home, const std::filesystem::path& file)> backup;
  // The way back, into a directory that is empty or not there, which is then whole or not there. BAD_VALUE for anything
  // else, and for a file that is no backup; STATE_NEWER for one of a newer version.
  std::function<Result<BackedUp>(const Home& home, const std::filesystem::path& file)> restore;

  // The settings that a sandbox would start with there, as the list `settings` of GET /sandbox/v1/settings in JSON.
  // What `options` of `start` give beats the file. A mistake in config.yaml is BAD_CONFIG with its line.
  std::function<Result<std::string>(const Home& home, const StartOptions& options)> settings;

  // Looks whether this machine can do its work, when no sandbox runs there and one is to be started as `options` say:
  // the JSON of doctor::ToJson.
  std::function<std::string(const Home& home, const StartOptions& options)> examine;

  // The images of the Docker Engine (include/sandbox/ports/image_engine.h). ENGINE_UNREACHABLE when none answers.
  std::function<Result<std::shared_ptr<ImageEngine>>(const Home& home)> images;

  // A query of the data directory's database, which cannot change it (include/sandbox/ports/query_rows.h). BAD_VALUE:
  // it is no query, or does more than read.
  std::function<Result<QueryRows>(const Home& home, const std::string& sql)> query;

  bool has_console = true;  // false: the build left its page out
};

}  // namespace sandbox::home
