#pragma once

// GET /sandbox/v1/images: what the engine has, what registered tasks name and it has not, what is being pulled or
// built. Pure.

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/local/task_uses.h"
#include "sandbox/ports/images.h"

namespace sandbox::api {

// How Docker shows the name of an image, so that two names of one image are equal: without docker.io/library, with a
// tag. "python" is "python:latest"; what has a digest keeps it and loses its tag.
std::string FamiliarImageName(std::string_view name);

// Bytes of layers that have come; total 0: not known yet.
struct PullState {
  int64_t bytes = 0;
  int64_t total = 0;
};

// A build under way that will give an image this name.
struct BuildingImage {
  std::string build;
  int step = 0;
  std::optional<int> steps;  // not known yet
  Instant started_at{};
};

struct ImageSources {
  std::vector<HostImage> host;
  bool known = true;                       // false: no engine answered, so that nothing is missing for sure
  std::map<std::string, PullState> pulls;  // by familiar name, as the builds
  std::map<std::string, BuildingImage> builds = {};
};

// Rows by state: building, pulling, missing (what newest versions name before the rest), present (the newest first),
// and where no engine answers unknown; Image of docs/reference/local-api.yaml. No two have the same reference.
nlohmann::json ImageRows(const ImageSources& sources, const std::vector<TaskUse>& uses);

// Says in each row with an `image` whether the engine has it: `image_state` is "present" or "missing".
void SayImageStates(nlohmann::json& rows, const ImageSources& sources);

// The names that newest versions of tasks name and the engine has not: {reference, command} each.
nlohmann::json MissingImageRows(const ImageSources& sources, const std::vector<TaskUse>& uses);

}  // namespace sandbox::api
