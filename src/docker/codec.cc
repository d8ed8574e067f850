#include "docker/codec.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "docker/fields.h"
#include "docker/image_reference.h"

namespace sandbox::docker {
namespace {

constexpr std::string_view kNoRegistry = "localhost/";

std::string WithoutSlash(std::string name) { return name.starts_with('/') ? name.substr(1) : name; }

Json HostConfig(const ContainerConfig& config) {
  Json host = {{"RestartPolicy", {{"Name", config.restarts ? "unless-stopped" : "no"}}}, {"AutoRemove", false}};
  if (!config.network_mode.empty()) host["NetworkMode"] = config.network_mode;
  if (!config.extra_hosts.empty()) host["ExtraHosts"] = config.extra_hosts;
  if (config.nano_cpus > 0) host["NanoCpus"] = config.nano_cpus;
  if (config.cpu_shares > 0) host["CpuShares"] = config.cpu_shares;
  if (config.memory_bytes > 0) host["Memory"] = host["MemorySwap"] = config.memory_bytes;
  if (config.shm_bytes > 0) host["ShmSize"] = config.shm_bytes;
  if (config.gpus > 0) {
    Json request = {{"Driver", "nvidia"}, {"Count", config.gpus}};
    request["Capabilities"].push_back(Json::array({"gpu"}));
    host["DeviceRequests"].push_back(std::move(request));
  }
  for (const BindMount& bind : config.binds) {
    Json mount = {{"Type", "bind"}, {"Source", bind.source}, {"Target", bind.target}};
    if (bind.read_only) mount["ReadOnly"] = true;
    host["Mounts"].push_back(std::move(mount));
  }
  for (const VolumeUse& volume : config.volumes) {
    Json mount = {{"Type", "volume"}, {"Target", volume.target}, {"VolumeOptions", {{"NoCopy", true}}}};
    if (!volume.name.empty()) mount["Source"] = volume.name;
    if (volume.read_only) mount["ReadOnly"] = true;
    host["Mounts"].push_back(std::move(mount));
  }
  return host;
}

}  // namespace

std::string EncodeContainer(const ContainerConfig& config) {
  Json body = {{"Image", config.image},
               {"Tty", false},
               {"OpenStdin", false},
               {"AttachStdin", false},
               {"AttachStdout", true},
               {"AttachStderr", true},
               {"Env", config.env},
               {"Labels", config.labels},
               {"HostConfig", HostConfig(config)}};
  if (!config.entrypoint.empty()) body["Entrypoint"] = config.entrypoint;
  // An explicit empty Cmd drops the image's, which would otherwise be appended to a replaced entrypoint.
  if (!config.cmd.empty() || !config.entrypoint.empty()) body["Cmd"] = config.cmd;
  if (!config.hostname.empty() && !config.network_mode.starts_with("container:")) body["Hostname"] = config.hostname;
  if (!config.working_dir.empty()) body["WorkingDir"] = config.working_dir;
  if (!config.user.empty()) body["User"] = config.user;
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string EncodeVolume(const VolumeUse& volume) {
  return Json{{"Name", volume.name}, {"Labels", volume.labels}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string EncodeLabelFilter(const std::string& label) {
  return Json{{"label", Json::array({label})}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> DecodeCreated(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::object, "container create");
  if (!json) return std::unexpected(json.error());
  std::string id = Text(*json, "Id");
  if (id.empty()) return BadReply("container create has no id");
  return id;
}

Result<ContainerInfo> DecodeContainer(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::object, "container inspect");
  if (!json) return std::unexpected(json.error());
  const Json& state = At(*json, "State");
  if (!state.is_object()) return BadReply("container inspect has no state");
  ContainerInfo info;
  info.id = Text(*json, "Id");
  info.name = WithoutSlash(Text(*json, "Name"));
  info.status = Text(state, "Status");
  info.running = Flag(state, "Running");
  info.oom_killed = Flag(state, "OOMKilled");
  info.exit_code = static_cast<int>(Number(state, "ExitCode"));
  info.error = Text(state, "Error");
  info.created_at = Time(*json, "Created");
  info.started_at = Time(state, "StartedAt");
  info.finished_at = Time(state, "FinishedAt");
  info.log_path = Text(*json, "LogPath");
  info.image_id = Text(*json, "Image");
  info.pid = Number(state, "Pid");
  info.tty = Flag(At(*json, "Config"), "Tty");
  info.labels = Labels(At(At(*json, "Config"), "Labels"));
  return info;
}

Result<std::vector<ContainerSummary>> DecodeContainers(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::array, "container list");
  if (!json) return std::unexpected(json.error());
  std::vector<ContainerSummary> containers;
  for (const Json& each : *json) {
    ContainerSummary summary;
    summary.id = Text(each, "Id");
    const Json& names = At(each, "Names");
    if (names.is_array() && !names.empty() && names[0].is_string())
      summary.name = WithoutSlash(names[0].get<std::string>());
    summary.state = Text(each, "State");
    summary.image_id = Text(each, "ImageID");
    summary.created_at = InstantOf(Number(each, "Created"));
    summary.labels = Labels(At(each, "Labels"));
    containers.push_back(std::move(summary));
  }
  return containers;
}

Result<std::vector<ImageSummary>> DecodeImages(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::array, "image list");
  if (!json) return std::unexpected(json.error());
  std::vector<ImageSummary> images;
  for (const Json& each : *json) {
    ImageSummary image{Text(each, "Id"), {}, Number(each, "Size"), InstantOf(Number(each, "Created"))};
    for (const char* names : {"RepoTags", "RepoDigests"}) {
      if (!At(each, names).is_array()) continue;
      for (const Json& name : At(each, names)) {
        // Docker's words for an image that has lost its name.
        if (!name.is_string() || name == "<none>:<none>" || name == "<none>@<none>") continue;
        std::string familiar = FamiliarName(name);
        // Podman finds what was loaded or made here by either name; only its list has this field.
        if (familiar.starts_with(kNoRegistry) && At(each, "Names").is_array())
          image.names.push_back(familiar.substr(kNoRegistry.size()));
        image.names.push_back(std::move(familiar));
      }
    }
    images.push_back(std::move(image));
  }
  std::ranges::sort(images, std::greater<>(), &ImageSummary::created_at);
  return images;
}

Result<std::vector<VolumeSummary>> DecodeVolumes(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::object, "volume list");
  if (!json) return std::unexpected(json.error());
  std::vector<VolumeSummary> volumes;
  const Json& list = At(*json, "Volumes");
  if (!list.is_array()) return volumes;
  for (const Json& each : list) volumes.push_back({Text(each, "Name"), Labels(At(each, "Labels"))});
  return volumes;
}

Result<int> DecodeExit(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::object, "container wait");
  if (!json) return std::unexpected(json.error());
  return static_cast<int>(Number(*json, "StatusCode"));
}

Result<ImageInfo> DecodeImage(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::object, "image inspect");
  if (!json) return std::unexpected(json.error());
  return ImageInfo{Text(*json, "Id"), Text(*json, "Os"), Text(*json, "Architecture"), Number(*json, "Size")};
}

Result<ContainerStats> DecodeStats(const std::string& reply) {
  const auto json = Parse(reply, Json::value_t::object, "stats");
  if (!json) return std::unexpected(json.error());
  const Json& memory = At(*json, "memory_stats");
  const Json& cpu = At(*json, "cpu_stats");
  const Json& pages = At(memory, "stats");
  ContainerStats out;
  out.cpu_total_ns = Number(At(cpu, "cpu_usage"), "total_usage");
  out.throttled_ns = Number(At(cpu, "throttling_data"), "throttled_time");
  out.memory_bytes = Number(memory, "usage");
  // The names of version 1 and 2 of control groups.
  out.memory_cache_bytes = std::max(Number(pages, "total_inactive_file"), Number(pages, "inactive_file"));
  out.memory_peak_bytes = Number(memory, "max_usage");
  out.memory_limit_bytes = Number(memory, "limit");
  return out;
}

Result<PullProgress> DecodePullLine(const std::string& line) {
  const auto json = Parse(line, Json::value_t::object, "image pull");
  if (!json) return std::unexpected(json.error());
  if (std::string error = Text(*json, "error"); !error.empty())
    return Fail(Code::kUnavailable, "PULL_FAILED", std::move(error));
  const Json& detail = At(*json, "progressDetail");
  return PullProgress{Text(*json, "id"), Text(*json, "status"), Number(detail, "current"), Number(detail, "total")};
}

std::string DecodeMessage(const std::string& reply) {
  const Json json = Json::parse(reply, nullptr, false);
  std::string message = json.is_object() ? Text(json, "message") : "";
  return message.empty() ? reply.substr(0, 1000) : message;
}

std::optional<Instant> ParseEngineTime(std::string_view text) {
  auto number = [&](size_t at, size_t length) -> int {
    int value = -1;
    if (at + length > text.size()) return -1;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + length, value);
    return error == std::errc() && end == text.data() + at + length ? value : -1;
  };
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2), hour = number(11, 2), minute = number(14, 2),
            second = number(17, 2);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 0 || hour < 0 || minute < 0 || second < 0 || !date.ok()) return std::nullopt;
  if (year < 1970 || year > 2200) return Instant{};
  Instant instant = std::chrono::sys_days(date);
  instant += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  size_t at = 19;
  if (text[at] == '.') {
    int64_t nanos = 0;
    int digits = 0;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
      if (digits < 9) nanos = nanos * 10 + (text[at] - '0');
    }
    for (; digits < 9; ++digits) nanos *= 10;
    instant += std::chrono::nanoseconds(nanos);
  }
  if (text.substr(at) == "Z") return instant;
  const int offset_hours = number(at + 1, 2), offset_minutes = number(at + 4, 2);
  if (at + 6 != text.size() || offset_hours < 0 || offset_minutes < 0 || (text[at] != '+' && text[at] != '-'))
    return std::nullopt;
  const auto offset = std::chrono::minutes(offset_hours * 60 + offset_minutes);
  return text[at] == '+' ? instant - offset : instant + offset;
}

}  // namespace sandbox::docker
