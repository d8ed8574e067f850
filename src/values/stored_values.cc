#include "values/stored_values.h"

#include "flyteidl/core/literals.pb.h"

namespace sandbox::values {
namespace {

bool Exists(ObjectStore& objects, const std::string& uri) {
  const auto place = ParseObjectUri(uri);
  return place && objects.Head(place->bucket, place->key).has_value();
}

engine::ObjectFound Find(ObjectStore& objects, const std::string& uri, uint64_t bytes_max) {
  engine::ObjectFound out;
  const auto place = ParseObjectUri(uri);
  if (!place) return out;
  const auto reader = objects.Open(place->bucket, place->key);
  if (!reader) return out;
  out.size = (*reader)->Info().size;
  if (out.size > bytes_max) {
    out.state = engine::ObjectFound::State::kTooLarge;
    return out;
  }
  auto bytes = (*reader)->ReadAt(0, out.size);
  if (!bytes) return out;
  out.state = engine::ObjectFound::State::kPresent;
  out.bytes = std::move(*bytes);
  return out;
}

}  // namespace

Result<ObjectInfo> WriteObject(ObjectStore& objects, const std::string& uri, std::string_view bytes,
                               Durability durability) {
  const auto place = ParseObjectUri(uri);
  if (!place) return std::unexpected(place.error());
  auto put = objects.Put(place->bucket, place->key, bytes, durability);
  if (!put) return std::unexpected(std::move(put.error()).While(Cat("writing ", uri)));
  return put;
}

std::string ReadObject(ObjectStore& objects, const std::string& uri, uint64_t bytes_max) {
  return Find(objects, uri, bytes_max).bytes;
}

std::optional<std::string> FindObject(ObjectStore& objects, const std::string& uri, uint64_t bytes_max) {
  engine::ObjectFound found = Find(objects, uri, bytes_max);
  if (found.state != engine::ObjectFound::State::kPresent) return std::nullopt;
  return std::move(found.bytes);
}

engine::OffloadedValue ReadOffloaded(ObjectStore& objects, const std::string& uri, uint64_t bytes_max) {
  const auto place = ParseObjectUri(uri);
  if (!place) return {nullptr, place.error().message};
  auto bytes = objects.Get(place->bucket, place->key, bytes_max);
  if (!bytes && bytes.error().reason == "TOO_LARGE")
    return {nullptr,
            Cat("[", uri, "]: ", bytes.error().message, "; raise literal_offloading.max_size_mb of config.yaml")};
  if (!bytes) return {nullptr, Cat("[", uri, "]: ", bytes.error().message)};
  auto literal = std::make_shared<flyteidl::core::Literal>();
  if (!literal->ParseFromString(*bytes)) return {nullptr, Cat("[", uri, "] is no literal")};
  if (literal->has_offloaded_metadata()) return {nullptr, Cat("[", uri, "] is offloaded again")};
  return {std::move(literal), ""};
}

engine::AttemptObjects ReadAttemptObjects(ObjectStore& objects, const engine::ReadObjects& what, uint64_t bytes_max) {
  engine::AttemptObjects out;
  out.futures = Find(objects, what.output_prefix + "/futures.pb", bytes_max);
  out.error = Find(objects, what.output_prefix + "/error.pb", bytes_max);
  if (what.outputs) out.outputs = Find(objects, what.output_prefix + "/outputs.pb", bytes_max);
  if (what.deck) out.deck = Exists(objects, what.output_prefix + "/deck.html");
  return out;
}

}  // namespace sandbox::values
