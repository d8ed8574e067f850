#include "home/instances.h"

#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

namespace sandbox::home {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kEphemeralPrefix = "sandbox-ephemeral-";

fs::path UserFolder() { return Home::Named("default")->root.parent_path(); }

fs::path IndexFolder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const fs::path base =
      state != nullptr && *state == '/' ? fs::path(state) : UserFolder().parent_path() / ".local" / "state";
  return base / "sandbox" / "instances";
}

// FNV-1a: the file's name only has to be its own and the same each time.
fs::path EntryOf(const Home& home) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char c : home.root.string()) hash = (hash ^ c) * 0x100000001b3;
  char name[32];
  std::snprintf(name, sizeof name, "%016llx.json", static_cast<unsigned long long>(hash));
  return IndexFolder() / name;
}

Status WriteJson(const fs::path& path, const json& text) {
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  const fs::path temporary = Cat(path.string(), ".", getpid());
  std::ofstream file(temporary);
  file << text.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
  file.close();
  if (file) fs::rename(temporary, path, failure);
  if (!file || failure) return Internal(Cat("cannot write ", path.string()));
  return {};
}

json ReadJson(const fs::path& path) {
  std::ifstream file(path);
  return json::parse(file, nullptr, false);
}

bool IsMade(const Home& home) {
  std::error_code ignored;
  return fs::exists(home.Lock(), ignored);
}

std::vector<fs::path> Listed(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code ignored;
  for (fs::directory_iterator each(folder, ignored), end; !ignored && each != end; each.increment(ignored))
    out.push_back(each->path());
  std::ranges::sort(out);
  return out;
}

std::vector<Instance> Indexed() {
  std::vector<Instance> out;
  for (const fs::path& path : Listed(IndexFolder())) {
    if (path.extension() != ".json") continue;
    const json entry = ReadJson(path);
    if (!entry.is_object() || !entry.contains("home") || !entry["home"].is_string()) continue;
    Instance instance{{entry["home"].get<std::string>()}, entry.value("version", ""), entry.value("ephemeral", false)};
    if (IsMade(instance.home) || instance.ephemeral) {
      out.push_back(std::move(instance));
    } else {
      std::error_code ignored;
      fs::remove(path, ignored);
    }
  }
  return out;
}

// A directory that MakeEphemeral made for this user, or one that is gone.
bool IsOwnEphemeral(const fs::path& path) {
  if (!path.filename().string().starts_with(kEphemeralPrefix)) return false;
  struct stat found;
  if (lstat(path.c_str(), &found) != 0) return errno == ENOENT;
  return S_ISDIR(found.st_mode) && found.st_uid == geteuid();
}

}  // namespace

std::optional<Ports> ReadPorts(const Home& home) {
  const json kept = ReadJson(home.Ports());
  if (!kept.is_object()) return std::nullopt;
  Ports out;
  out.platform = kept.value("platform", uint16_t{0});
  out.objects = kept.value("object_store", uint16_t{0});
  out.images = kept.value("registry", uint16_t{0});
  out.task_platform = kept.value("task_platform", out.platform);
  out.task_objects = kept.value("task_object_store", out.objects);
  if (out.platform == 0 || out.objects == 0 || out.images == 0) return std::nullopt;
  return out;
}

Status WritePorts(const Home& home, const Ports& ports) {
  return WriteJson(home.Ports(), {{"platform", ports.platform},
                                  {"object_store", ports.objects},
                                  {"registry", ports.images},
                                  {"task_platform", ports.task_platform},
                                  {"task_object_store", ports.task_objects}});
}

Status Remember(const Instance& instance) {
  return WriteJson(
      EntryOf(instance.home),
      {{"home", instance.home.root.string()}, {"version", instance.version}, {"ephemeral", instance.ephemeral}});
}

void Forget(const Home& home) {
  std::error_code ignored;
  fs::remove(EntryOf(home), ignored);
}

std::vector<Instance> Instances() {
  std::vector<Instance> out = Indexed();
  for (const fs::path& path : Listed(UserFolder())) {
    const Home home{path};
    const auto same = [&](const Instance& other) { return other.home.root == path; };
    if (!home.Name().empty() && IsMade(home) && std::ranges::none_of(out, same)) out.push_back({home, "", false});
  }
  std::ranges::sort(out, {},
                    [](const Instance& each) { return std::pair(!each.home.IsDefault(), each.home.root.string()); });
  return out;
}

Result<Home> MakeEphemeral() {
  std::error_code failure;
  const fs::path folder = fs::temp_directory_path(failure);
  std::string path = ((failure ? fs::path("/tmp") : folder) / Cat(kEphemeralPrefix, "XXXXXX")).string();
  if (mkdtemp(path.data()) == nullptr)
    return Internal(Cat("cannot make ", path, ": ", std::strerror(errno), "; TMPDIR names another folder"));
  return Home{path};
}

std::vector<Home> EphemeralHomes() {
  std::vector<Home> out;
  std::error_code failure;
  const fs::path folder = fs::temp_directory_path(failure);
  for (const fs::path& path : Listed(failure ? fs::path("/tmp") : folder)) {
    if (IsOwnEphemeral(path)) out.push_back({path});
  }
  for (const Instance& each : Instances()) {
    if (each.ephemeral && IsOwnEphemeral(each.home.root) &&
        std::ranges::find(out, each.home.root, &Home::root) == out.end())
      out.push_back(each.home);
  }
  return out;
}

}  // namespace sandbox::home
