#include "api/local/doctor_calls.h"

#include <chrono>

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
  doctor::Findings found = find_();
  if (const ImageSources images = images_.Look(); images.known) {
    const auto uses = store_.Query([](MetadataReader& reader) { return TaskUses(reader); });
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

}  // namespace sandbox::api
