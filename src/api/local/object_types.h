#pragma once

// What an object is, guessed from its name and its first bytes: how a page shows it, and as what it is served. Pure.

#include <cstddef>
#include <string>
#include <string_view>

namespace sandbox::api {

// As many of an object's first bytes as the guess looks at.
inline constexpr size_t kSniffBytes = 512;

// "parquet", "csv", "json", "ndjson", "html", "text", "png", "jpeg", "gif", "webp", "avif", "svg" or "binary". The
// first bytes decide where they can; the name does for kinds of text. `start` is all of it or its first kSniffBytes.
std::string GuessType(std::string_view key, std::string_view start);
// By its name alone; empty when that says nothing.
std::string TypeOfName(std::string_view key);

// Content-Type for the bytes of an object: an image's, "text/plain; charset=utf-8" for every kind of text, else
// "application/octet-stream". A browser runs nothing of these.
std::string ServedType(std::string_view type);

}  // namespace sandbox::api
