#pragma once

// An attempt as the container that it was, to be run again by hand.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sandbox/model/records.h"

namespace sandbox::api {

// As a shell reads one word.
std::string ShellWord(const std::string& word);

// The container that the attempt's task ran in; null when its pod is not known.
const model::PodContainer* PrimaryOf(const model::TaskRecord& attempt);

// " --memory N --memory-swap N --cpus N", as far as something holds it.
std::string LimitFlags(const model::PodContainer& container);

// {docker_run, flags, command, image, image_id, code_archive_uri, inputs_uri, variables, notes}; null when its pod is
// not known. docker_run is the image by its id with the same command, limits and inputs; what it makes stays inside.
// flags are those of docker run before the image, command is what it runs: another command can take its place.
// variables are names whose values are left out. notes say what is not the same, by name: time, cache, outputs, files
// (what a raw container finds at its paths), variables.
nlohmann::json Reproduction(const model::TaskRecord& attempt);

}  // namespace sandbox::api
