#include "core/requests/literals.h"

#include "sandbox/base/log.h"

namespace sandbox::core {

namespace {
constexpr uint64_t kLiteralBytesMax = 512ull << 20;
}

Result<ObjectPlace> ParseObjectUri(std::string_view uri) {
  constexpr std::string_view kScheme = "s3://";
  if (!uri.starts_with(kScheme)) return InvalidArgument(Cat("not an object's address: ", uri));
  uri.remove_prefix(kScheme.size());
  const size_t slash = uri.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == uri.size()) return InvalidArgument(Cat("not an object's address: s3://", uri));
  return ObjectPlace{std::string(uri.substr(0, slash)), std::string(uri.substr(slash + 1))};
}

flyteidl::core::LiteralMap ReadLiterals(ObjectStore& objects, const std::string& uri) {
  flyteidl::core::LiteralMap literals;
  auto place = ParseObjectUri(uri);
  if (!place) return literals;
  auto bytes = objects.Get(place->bucket, place->key, kLiteralBytesMax);
  if (!bytes) {
    if (bytes.error().code != Code::kNotFound) Log(LogLevel::kWarning, "requests", Cat("cannot read ", uri, ": ", bytes.error().message));
    return literals;
  }
  if (!literals.ParseFromString(*bytes)) literals.Clear();
  return literals;
}

}  // namespace sandbox::core
