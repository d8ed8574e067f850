#pragma once

// What this executable can do itself, without asking a running sandbox. The program's `main` fills it in, so that the
// command line needs none of the platform's rooms.

#include <cstddef>
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

struct Host {
  // Runs a sandbox in this process until SIGTERM or SIGINT. `ready` is called once, when every port listens and
  // runtime.json says where. An error says why it did not start; reasons: PORT_TAKEN, STATE_LOCKED, STATE_NEWER,
  // BAD_CONFIG, BAD_PRESET and what the store and the object store say.
  std::function<Status(const Home& home, const StartOptions& options,
                       const std::function<void(const RuntimeInfo&)>& ready)>
      serve;

  // Removes every container and volume of the data directory from the Docker Engine; how many containers there were.
  // `docker_socket`: the engine's address; empty: the configured or usual one. Nothing to do is no error.
  std::function<Result<size_t>(const Home& home, const std::string& docker_socket)> remove_containers;

  // Looks whether this machine can do its work, when no sandbox runs there: the JSON of doctor::ToJson.
  std::function<std::string(const Home& home)> examine;

  // The images of the Docker Engine (include/sandbox/ports/image_engine.h). ENGINE_UNREACHABLE when none answers.
  std::function<Result<std::shared_ptr<ImageEngine>>(const Home& home)> images;

  // The settings that a sandbox would start with there, as the list `settings` of GET /sandbox/v1/settings in JSON. A
  // mistake in config.yaml is BAD_CONFIG with its line.
  std::function<Result<std::string>(const Home& home)> settings;

  // A query of the data directory's database, which cannot change it (include/sandbox/ports/query_rows.h). BAD_VALUE:
  // it is no query, or does more than read.
  std::function<Result<QueryRows>(const Home& home, const std::string& sql)> query;

  bool has_console = true;  // false: the build left its page out
};

}  // namespace sandbox::home
