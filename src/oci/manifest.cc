#include "oci/manifest.h"

#include <nlohmann/json.hpp>

namespace sandbox::oci {
namespace {

using nlohmann::json;

constexpr std::string_view kOciImage = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view kDockerImage = "application/vnd.docker.distribution.manifest.v2+json";
constexpr std::string_view kDockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
constexpr std::string_view kDockerOld = "application/vnd.docker.distribution.manifest.v1+";

std::unexpected<Error> Invalid(std::string text) {
  return Fail(Code::kInvalidArgument, "MANIFEST_INVALID", std::move(text));
}

std::string TextOf(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<Digest> DigestIn(const json& descriptor, const std::string& where) {
  if (!descriptor.is_object())
    return Invalid(Cat(where, ": expected a descriptor, an object with mediaType, digest and size"));
  auto digest = ParseDigest(TextOf(descriptor, "digest"));
  if (!digest) return Invalid(Cat(where, ".digest: expected sha256: and 64, or sha512: and 128 hexadecimal digits"));
  const auto size = descriptor.find("size");
  if (size == descriptor.end() || !size->is_number_integer() ||
      (!size->is_number_unsigned() && size->get<int64_t>() < 0))
    return Invalid(Cat(where, ".size: expected the number of bytes"));
  return std::move(*digest);
}

// Layers that other servers keep, of which only the address is here.
bool LiesElsewhere(const json& layer) {
  const auto urls = layer.find("urls");
  if (urls != layer.end() && urls->is_array() && !urls->empty()) return true;
  const std::string type = TextOf(layer, "mediaType");
  return type.find(".foreign.") != std::string::npos || type.find(".nondistributable.") != std::string::npos;
}

Status ReadImage(const json& body, Manifest& out) {
  const auto config = body.find("config");
  if (config == body.end()) return Invalid("config: is missing");
  auto digest = DigestIn(*config, "config");
  if (!digest) return std::unexpected(std::move(digest.error()));
  out.blobs.push_back(std::move(*digest));
  if (out.artifact_type.empty()) out.artifact_type = TextOf(*config, "mediaType");
  const auto layers = body.find("layers");
  if (layers == body.end() || !layers->is_array()) return Invalid("layers: expected a list");
  for (size_t i = 0; i < layers->size(); ++i) {
    const json& layer = (*layers)[i];
    auto found = DigestIn(layer, Cat("layers[", i, "]"));
    if (!found) return std::unexpected(std::move(found.error()));
    if (!LiesElsewhere(layer)) out.blobs.push_back(std::move(*found));
  }
  return {};
}

Status ReadIndex(const json& body, Manifest& out) {
  const auto manifests = body.find("manifests");
  if (manifests == body.end() || !manifests->is_array()) return Invalid("manifests: expected a list");
  for (size_t i = 0; i < manifests->size(); ++i) {
    auto found = DigestIn((*manifests)[i], Cat("manifests[", i, "]"));
    if (!found) return std::unexpected(std::move(found.error()));
    out.manifests.push_back(std::move(*found));
  }
  return {};
}

Result<std::string> MediaType(const json& body, std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  const std::string own = TextOf(body, "mediaType");
  if (content_type.empty()) content_type = own;
  if (!own.empty() && own != content_type)
    return Invalid(Cat("mediaType: is ", own, ", but the request's Content-Type is ", content_type));
  return std::string(content_type);
}

}  // namespace

Result<Manifest> ParseManifest(std::string_view bytes, std::string_view content_type) {
  const json body = json::parse(bytes, nullptr, false);
  if (!body.is_object()) return Invalid("a manifest is a JSON object");
  auto media_type = MediaType(body, content_type);
  if (!media_type) return std::unexpected(std::move(media_type.error()));
  Manifest out;
  out.media_type = std::move(*media_type);
  const bool is_image = out.media_type == kOciImage || out.media_type == kDockerImage;
  if (out.media_type.starts_with(kDockerOld))
    return Invalid("schema 1 of Docker's manifests is not taken: push with a Docker of version 1.10 or later");
  if (!is_image && out.media_type != kOciIndex && out.media_type != kDockerList) {
    return Invalid(Cat("media type '", out.media_type, "' is none of ", kOciImage, ", ", kOciIndex, ", ", kDockerImage,
                       ", ", kDockerList));
  }
  if (body.value("schemaVersion", json()) != 2) return Invalid("schemaVersion: expected 2");
  out.artifact_type = TextOf(body, "artifactType");
  if (Status read = is_image ? ReadImage(body, out) : ReadIndex(body, out); !read)
    return std::unexpected(std::move(read.error()));
  if (const auto subject = body.find("subject"); subject != body.end() && !subject->is_null()) {
    auto digest = DigestIn(*subject, "subject");
    if (!digest) return std::unexpected(std::move(digest.error()));
    out.subject = std::move(*digest);
  }
  if (const auto notes = body.find("annotations"); notes != body.end() && notes->is_object() && !notes->empty())
    out.annotations = notes->dump(-1, ' ', false, json::error_handler_t::replace);
  return out;
}

}  // namespace sandbox::oci
