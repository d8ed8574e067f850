#include "api/s3/settings.h"

namespace sandbox::s3 {
namespace {

constexpr std::string_view kSettingsBucket = ".settings";
constexpr size_t kTextMax = 8 * 1024 * 1024;  // a document has no more

std::string KeyOf(std::string_view bucket, BucketSetting setting) {
  switch (setting) {
    case BucketSetting::kLocation: return Cat(bucket, "/location");
    case BucketSetting::kTags: return Cat(bucket, "/tags");
    case BucketSetting::kCors: return Cat(bucket, "/cors");
  }
  return std::string(bucket);
}

}  // namespace

std::optional<std::string> FindSetting(ObjectStore& store, std::string_view bucket, BucketSetting setting) {
  auto text = store.Get(kSettingsBucket, KeyOf(bucket, setting), kTextMax);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

Status PutSetting(ObjectStore& store, std::string_view bucket, BucketSetting setting, std::string_view text) {
  if (auto made = store.CreateBucket(kSettingsBucket); !made) return made;
  auto put = store.Put(kSettingsBucket, KeyOf(bucket, setting), text, Durability::kSynced);
  return put ? Status() : Status(std::unexpected(std::move(put.error())));
}

Status RemoveSetting(ObjectStore& store, std::string_view bucket, BucketSetting setting) {
  auto removed = store.Remove(kSettingsBucket, KeyOf(bucket, setting));
  return removed || removed.error().reason == "NO_SUCH_BUCKET" ? Status() : removed;
}

void RemoveSettings(ObjectStore& store, std::string_view bucket) {
  for (BucketSetting setting : {BucketSetting::kLocation, BucketSetting::kTags, BucketSetting::kCors})
    (void)RemoveSetting(store, bucket, setting);
}

}  // namespace sandbox::s3
