#include "control/literals.h"

#include "sandbox/base/log.h"

namespace sandbox::control {

namespace {
constexpr uint64_t kLiteralBytesMax = 512ull << 20;
}

uint64_t LiteralsSize(ObjectStore& objects, const std::string& uri) {
  const auto place = ParseObjectUri(uri);
  if (!place) return 0;
  const auto info = objects.Head(place->bucket, place->key);
  return info ? info->size : 0;
}

flyteidl::core::LiteralMap ReadLiterals(ObjectStore& objects, const std::string& uri) {
  flyteidl::core::LiteralMap literals;
  auto place = ParseObjectUri(uri);
  if (!place) return literals;
  auto bytes = objects.Get(place->bucket, place->key, kLiteralBytesMax);
  if (!bytes) {
    if (bytes.error().code != Code::kNotFound)
      Log(LogLevel::kWarning, "requests", Cat("cannot read ", uri, ": ", bytes.error().message));
    return literals;
  }
  if (!literals.ParseFromString(*bytes)) literals.Clear();
  return literals;
}

}  // namespace sandbox::control
