#include "api/local/image_watch.h"

#include <nlohmann/json.hpp>

#include "api/local/build_calls.h"
#include "api/local/target.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

// What tasks name is read of all of them: less often.
constexpr std::chrono::seconds kUsesKept{5};

}  // namespace

std::vector<SeenRow> ImageWatch::Look() {
  std::vector<SeenRow> out;
  Compare("image", "reference", ImagesNow(), images_, out);
  Compare("build", "id", BuildsNow(), known_builds_, out);
  return out;
}

ImageWatch::Rows ImageWatch::ImagesNow() {
  const ImageSources sources = board_.Look();
  if (const auto now = std::chrono::steady_clock::now(); now - uses_read_ >= kUsesKept) {
    uses_ = store_.Query([](MetadataReader& reader) { return TaskUses(reader); });
    uses_read_ = now;
  }
  Rows out;
  for (const json& row : ImageRows(sources, uses_)) out[row["reference"]] = JsonText(row);
  return out;
}

ImageWatch::Rows ImageWatch::BuildsNow() const {
  Rows out;
  for (const builds::BuildRecord& record : builds::ListBuilds(builds_))
    out[record.id] = JsonText(BuildRow(builds_, record));
  return out;
}

void ImageWatch::Compare(const char* name, const char* key, Rows now, Rows& before, std::vector<SeenRow>& out) {
  for (const auto& [id, row] : now) {
    const auto old = before.find(id);
    if (old == before.end() || old->second != row) out.push_back({name, id, row});
  }
  for (const auto& [id, row] : before) {
    if (!now.contains(id)) out.push_back({name, id, JsonText({{key, id}, {"gone", true}})});
  }
  before = std::move(now);
}

}  // namespace sandbox::api
