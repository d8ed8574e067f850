#pragma once

// JSON of the engine API <-> the values of types.h. Pure. A reply that is not what the API promises is INTERNAL, reason
// BAD_REPLY.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "docker/types.h"
#include "sandbox/base/error.h"

namespace sandbox::docker {

std::string EncodeContainer(const ContainerConfig& config);
std::string EncodeVolume(const VolumeUse& volume);
// {"label":["key=value"]}
std::string EncodeLabelFilter(const std::string& label);
// The query of a build, without a question mark.
std::string EncodeBuild(const BuildRequest& request);

Result<std::string> DecodeCreated(const std::string& reply);
Result<ContainerInfo> DecodeContainer(const std::string& reply);
Result<std::vector<ContainerSummary>> DecodeContainers(const std::string& reply);
Result<std::vector<VolumeSummary>> DecodeVolumes(const std::string& reply);
Result<int> DecodeExit(const std::string& reply);
// The newest first.
Result<std::vector<ImageSummary>> DecodeImages(const std::string& reply);
Result<ImageInfo> DecodeImage(const std::string& reply);
Result<EngineInfo> DecodeVersion(const std::string& reply);
Result<EngineResources> DecodeInfo(const std::string& reply);
Result<EngineNetwork> DecodeNetwork(const std::string& reply);
Result<ContainerStats> DecodeStats(const std::string& reply);
// One line of a pull. An error line is UNAVAILABLE, reason PULL_FAILED, with the engine's text.
Result<PullProgress> DecodePullLine(const std::string& line);
// The engine's {"message": ...}, or the text itself.
std::string DecodeMessage(const std::string& reply);

// RFC 3339 with up to nine digits of fraction. The engine's zero time (year 1) is the epoch; nullopt for what is no
// time.
std::optional<Instant> ParseEngineTime(std::string_view text);

}  // namespace sandbox::docker
