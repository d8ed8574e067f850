#pragma once

// Times and other fields of answers.

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace sandbox::cli {

// Milliseconds since 1970 of "2026-01-31T12:00:00.123Z"; nothing of another text.
std::optional<int64_t> MillisOf(const std::string& rfc3339);
// Of a field that may be null or missing.
std::optional<int64_t> MillisAt(const nlohmann::json& of, const char* key);
int64_t MillisNow();

// "200ms", "1.2s", "5m30s": Took of milliseconds.
std::string TookMillis(int64_t millis);
// Milliseconds of "90s", "5m", "1h30m" or "2d"; nothing of another text.
std::optional<int64_t> ParseSpan(const std::string& text);

// "812 B", "1.4 KiB", "200.0 MiB".
std::string SizeText(int64_t bytes);

// The object at the end of the keys; an empty one when any of them is null or missing.
nlohmann::json ObjectAt(const nlohmann::json& of, std::initializer_list<const char*> keys);
// A text field; empty when it is null or missing.
std::string TextAt(const nlohmann::json& of, const char* key);

}  // namespace sandbox::cli
