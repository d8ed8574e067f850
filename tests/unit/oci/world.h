#pragma once

// Images in a store in memory, at a time that the test sets.

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "oci/image_store.h"
#include "support/memory_object_store.h"
#include "unit/oci/parts.h"

namespace sandbox::oci {

inline constexpr std::string_view kImageType = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";

inline std::string DescriptorOf(std::string_view bytes, std::string_view type) {
  return Cat(R"({"mediaType":")", type, R"(","digest":")", DigestOfBytes(bytes).text, R"(","size":)", bytes.size(),
             "}");
}

// An image of one layer. `more`: further fields, such as `,"subject":{...}`.
inline std::string ImageOf(std::string_view config, std::string_view layer, std::string_view more = "") {
  return Cat(R"({"schemaVersion":2,"mediaType":")", kImageType, R"(","config":)",
             DescriptorOf(config, "application/vnd.oci.image.config.v1+json"), R"(,"layers":[)",
             DescriptorOf(layer, "application/vnd.oci.image.layer.v1.tar"), "]", more, "}");
}
inline std::string IndexOf(std::string_view manifest, std::string_view more = "") {
  return Cat(R"({"schemaVersion":2,"mediaType":")", kIndexType, R"(","manifests":[)",
             DescriptorOf(manifest, kImageType), "]", more, "}");
}

struct World {
  HandClock clock;
  testing::MemoryObjectStore objects{&clock};
  std::unique_ptr<ImageStore> store = *ImageStore::Open(objects, clock);

  Status Push(std::string_view bytes, const Digest& digest) {
    auto writer = *store->CreateBlob();
    REQUIRE(writer->Append(bytes));
    return store->KeepBlob(*writer, digest);
  }
  void Blob(std::string_view bytes) { REQUIRE(Push(bytes, DigestOfBytes(bytes))); }
  bool HasBlob(std::string_view bytes) { return objects.Head(".oci-blobs", DigestOfBytes(bytes).text).has_value(); }
  // The reason of the error; empty when it was taken.
  std::string Put(std::string_view repository, std::string_view reference, std::string_view bytes,
                  std::string_view type = "") {
    const auto done = store->PutManifest(repository, reference, type, bytes, {});
    return done ? "" : done.error().reason;
  }
  // An image with its blobs; its digest.
  Digest Image(std::string_view repository, std::string_view tag, std::string_view config, std::string_view layer,
               std::string_view more = "") {
    Blob(config);
    Blob(layer);
    const std::string manifest = ImageOf(config, layer, more);
    REQUIRE(Put(repository, tag, manifest) == "");
    return DigestOfBytes(manifest);
  }
  // The digest that a reference leads to, or the reason.
  std::string At(std::string_view repository, std::string_view reference) {
    const auto reader = store->OpenManifest(repository, reference);
    return reader ? (*reader)->Info().etag : reader.error().reason;
  }
  std::vector<std::string> Tags(std::string_view repository, std::string_view last = "", size_t max = 100) {
    return store->Tags(repository, last, max).value_or(NamePage{{"(error)"}, false}).names;
  }
};

using Texts = std::vector<std::string>;

}  // namespace sandbox::oci
