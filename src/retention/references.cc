#include "retention/references.h"

#include <utility>

namespace sandbox::retention {
namespace {

constexpr std::string_view kScheme = "s3://";
constexpr uint64_t kValueBytesMax = uint64_t{64} << 20;

// Not in an address: what ends it in JSON, in a text, or between the fields of a message.
bool Ends(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == '\x7f'; }

}  // namespace

void References::Add(std::string_view bytes, std::vector<std::string>* found) {
  for (size_t at = bytes.find(kScheme); at != std::string_view::npos; at = bytes.find(kScheme, at + 1)) {
    size_t end = at;
    while (end < bytes.size() && !Ends(bytes[end])) ++end;
    std::string address(bytes.substr(at, end - at));
    if (addresses_.insert(address).second) found->push_back(std::move(address));
  }
}

Result<References> References::OfCache(MetadataStore& store, ObjectStore& objects, const ObjectLayout& layout) {
  References out;
  std::vector<std::string> found;
  store.Read([&](MetadataReader& reader) {
    for (const model::ArtifactRecord& artifact : reader.ListArtifacts()) {
      for (const auto& [name, address] : artifact.data) out.Add(address, &found);
    }
    for (const model::CachedOutputRecord& output : reader.ListCachedOutputs()) out.Add(output.output, &found);
  });
  // Values lie below the folder of the metadata; what tasks stored themselves names nothing further.
  const std::string values = layout.Uri(Cat(layout.metadata, "/"));
  while (!found.empty()) {
    const std::string address = std::move(found.back());
    found.pop_back();
    if (!address.starts_with(values)) continue;
    const auto uri = ParseObjectUri(address);
    if (!uri) continue;
    auto value = objects.Get(uri->bucket, uri->key, kValueBytesMax);
    if (value) {
      out.Add(*value, &found);
    } else if (value.error().code != Code::kNotFound) {
      return std::unexpected(std::move(value.error()));
    }
  }
  return out;
}

bool References::NameSomethingBelow(const std::string& address) const {
  // An address may be that of the folder itself, without its slash.
  if (addresses_.contains(address.substr(0, address.size() - 1))) return true;
  const auto first = addresses_.lower_bound(address);
  return first != addresses_.end() && first->starts_with(address);
}

}  // namespace sandbox::retention
