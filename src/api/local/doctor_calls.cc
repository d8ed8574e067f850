#include "api/local/doctor_calls.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <tuple>

#include "api/local/row_json.h"

namespace sandbox::api {

using nlohmann::json;

json DoctorRoom::Last() {
  std::lock_guard lock(mutex_);
  if (last_.is_null()) last_ = Look();
  return last_;
}

json DoctorRoom::Again() {
  std::lock_guard lock(mutex_);
  last_ = Look();
  return last_;
}

json DoctorRoom::Look() {
  const auto begin = std::chrono::steady_clock::now();
  const ImageSources images = images_.Look();
  const auto uses = store_.Query([](MetadataReader& reader) { return TaskUses(reader); });
  doctor::Findings found = find_(ImagesToTry(images, uses));
  if (images.known) {
    found.images_missing.emplace();
    for (const json& row : MissingImageRows(images, uses))
      found.images_missing->push_back({row["reference"], row["command"]});
  }
  json out = doctor::ToJson(doctor::Examine(found));
  out["at"] = TimeRow(std::chrono::system_clock::now());
  out["took_ms"] =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count();
  return out;
}

std::vector<std::string> ImagesToTry(const ImageSources& sources, const std::vector<TaskUse>& uses) {
  constexpr size_t kMost = 4;
  std::vector<const HostImage*> hosts;
  for (const HostImage& image : sources.host) hosts.push_back(&image);
  std::set<std::string> named;
  for (const TaskUse& use : uses) {
    for (const std::string& name : use.images) {
      if (use.newest) named.insert(FamiliarImageName(name));
    }
  }
  const auto is_named = [&](const HostImage* image) {
    return std::ranges::any_of(image->names, [&](const std::string& name) { return named.contains(name); });
  };
  // What has no name is most often a step of a build.
  std::ranges::sort(hosts, {}, [&](const HostImage* image) {
    return std::tuple(!is_named(image), image->names.empty(), image->size_bytes);
  });
  std::vector<std::string> out;
  for (const HostImage* image : hosts) {
    if (out.size() < kMost) out.push_back(image->names.empty() ? image->id : image->names.front());
  }
  return out;
}

}  // namespace sandbox::api
