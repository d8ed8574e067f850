#include "api/local/object_list.h"

#include <algorithm>

#include "api/local/object_types.h"
#include "api/local/object_users.h"
#include "api/local/row_json.h"
#include "sandbox/base/encoding.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr std::string_view kObjectScheme = "s3://";
constexpr int64_t kObjectsMax = 1000;
constexpr size_t kPartsMax = 10'000;  // that are added up of a folder

std::string NameOf(const std::string& key, const std::string& prefix) { return key.substr(prefix.size()); }

// Of an object in a list: the bytes are looked at only when its name says nothing.
std::string ListedType(ObjectStore& objects, const std::string& bucket, const ObjectInfo& info) {
  if (std::string named = TypeOfName(info.key); !named.empty()) return named;
  const auto reader = objects.Open(bucket, info.key);
  return reader ? GuessedType(info.key, **reader) : "binary";
}

json Buckets(ObjectStore& objects) {
  json folders = json::array();
  for (const auto& [name, made] : objects.ListBuckets()) {
    if (!IsHiddenBucket(name)) folders.push_back({{"name", name}, {"uri", Cat(kObjectScheme, name, "/")}});
  }
  return {{"uri", kObjectScheme}, {"folders", std::move(folders)}, {"objects", json::array()}, {"next", nullptr}};
}

// The last folder of the prefix: what is listed is below it.
std::string FolderOf(const std::string& key) { return key.substr(0, key.rfind('/') + 1); }

// How many objects are below a prefix, and their bytes; `whole` is false when there are more than are counted.
json Parts(const ObjectCallDeps& deps, const ObjectPlace& place) {
  const std::string prefix = place.key.empty() || place.key.ends_with('/') ? place.key : place.key + "/";
  uint64_t count = 0, size = 0;
  std::string after;
  bool more = true;
  Instant newest{};
  while (more && count < kPartsMax) {
    const auto found = deps.objects.List(place.bucket, prefix, "", after, kObjectsMax);
    if (!found) return nullptr;
    for (const ObjectInfo& info : found->objects) {
      ++count;
      size += info.size;
      newest = std::max(newest, info.modified_at);
    }
    more = found->truncated;
    after = found->last;
  }
  if (count == 0) return nullptr;
  return {{"count", count}, {"size", size}, {"whole", !more}, {"modified_at", TimeRow(newest)}};
}

}  // namespace

Result<ObjectPlace> PlaceOf(const Target& target) {
  const std::string uri = target.Get("uri");
  if (!uri.starts_with(kObjectScheme))
    return InvalidField("uri", Cat("uri has to be s3://BUCKET/KEY, not ", uri.empty() ? "empty" : uri));
  const std::string rest = uri.substr(kObjectScheme.size());
  const size_t slash = std::min(rest.find('/'), rest.size());
  if (IsHiddenBucket(rest))
    return Fail(Code::kNotFound, "NOT_FOUND", Cat("there is no bucket ", rest.substr(0, slash)));
  return ObjectPlace{rest.substr(0, slash), rest.substr(std::min(slash + 1, rest.size()))};
}

Result<ObjectPlace> ObjectOf(const Target& target) {
  auto place = PlaceOf(target);
  if (place && (place->bucket.empty() || place->key.empty()))
    return InvalidField("uri", Cat("uri has to name an object, s3://BUCKET/KEY, not ", target.Get("uri")));
  return place;
}

std::string GuessedType(const std::string& key, const ObjectReader& reader) {
  const auto start = reader.ReadAt(0, kSniffBytes);
  return GuessType(key, start ? *start : "");
}

Result<json> ListObjects(const ObjectCallDeps& deps, const Target& target) {
  const auto place = PlaceOf(target);
  if (!place) return std::unexpected(place.error());
  const auto limit = target.Number("limit", kObjectsMax, 1, kObjectsMax);
  if (!limit) return std::unexpected(limit.error());
  const auto after = FromBase64(target.Get("token"), {.url_alphabet = true, .padding_optional = true});
  if (!after) return InvalidField("token", "token has to be the `next` of an earlier answer");
  if (place->bucket.empty()) return Buckets(deps.objects);
  const auto found =
      deps.objects.List(place->bucket, place->key, target.Get("delimiter"), *after, static_cast<size_t>(*limit));
  if (!found) return std::unexpected(found.error());
  const std::string folder = FolderOf(place->key);
  json folders = json::array(), objects = json::array();
  for (const std::string& prefix : found->common_prefixes)
    folders.push_back({{"name", NameOf(prefix, folder)}, {"uri", ObjectPlace{place->bucket, prefix}.Uri()}});
  deps.store.Read([&](MetadataReader& reader) {
    Writers writers(reader, deps.layout);
    for (const ObjectInfo& info : found->objects) {
      objects.push_back({{"name", NameOf(info.key, folder)},
                         {"uri", ObjectPlace{place->bucket, info.key}.Uri()},
                         {"size", info.size},
                         {"modified_at", TimeRow(info.modified_at)},
                         {"type", ListedType(deps.objects, place->bucket, info)},
                         {"written_by", writers.Of(place->bucket, info.key)}});
    }
  });
  return json{{"uri", place->Uri()},
              {"folders", std::move(folders)},
              {"objects", std::move(objects)},
              {"next", found->truncated ? json(Base64Url(found->last)) : json()}};
}

Result<json> HeadObject(const ObjectCallDeps& deps, const Target& target) {
  const auto place = ObjectOf(target);
  if (!place) return std::unexpected(place.error());
  const auto reader = deps.objects.Open(place->bucket, place->key);
  json written_by;
  deps.store.Read(
      [&](MetadataReader& store) { written_by = Writers(store, deps.layout).Of(place->bucket, place->key); });
  json out = {{"uri", place->Uri()}, {"written_by", written_by}, {"etag", nullptr}, {"parts", nullptr}};
  if (reader) {
    const ObjectInfo& info = (*reader)->Info();
    out["type"] = GuessedType(place->key, **reader);
    out["size"] = info.size;
    out["modified_at"] = TimeRow(info.modified_at);
    out["etag"] = info.etag;
    return out;
  }
  const json parts = reader.error().reason == "NO_SUCH_KEY" ? Parts(deps, *place) : json();
  if (parts.is_null()) return std::unexpected(reader.error());
  out["type"] = "directory";
  out["size"] = parts["size"];
  out["modified_at"] = parts["modified_at"];
  out["parts"] = parts;
  return out;
}

}  // namespace sandbox::api
