#pragma once

// How values stand in rows: times RFC 3339 in UTC with milliseconds, durations milliseconds, what is not known null.

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "sandbox/model/records.h"

namespace sandbox::api {

inline nlohmann::json TimeRow(Instant instant) {
  using nlohmann::json;
  return instant == Instant{} ? json() : json(FormatRfc3339(std::chrono::floor<std::chrono::milliseconds>(instant)));
}

inline int64_t MillisOf(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

inline nlohmann::json MillisRow(const std::optional<Duration>& duration) {
  return duration ? nlohmann::json(MillisOf(*duration)) : nlohmann::json();
}

// Zero when it has not ended.
inline Instant EndOf(Instant started, const std::optional<Duration>& duration) {
  return started != Instant{} && duration ? started + *duration : Instant{};
}

inline nlohmann::json TextRow(const std::string& text) {
  return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

inline nlohmann::json PlaceRow(const ExecutionId& id) {
  return {{"project", id.project}, {"domain", id.domain}, {"id", id.name}};
}

const char* KindName(model::ErrorKind kind);
nlohmann::json ErrorRow(const std::optional<model::ExecutionError>& error);

// Rows that come in great numbers leave out what is null, and what is empty then.
nlohmann::json WithoutNulls(const nlohmann::json& row);

}  // namespace sandbox::api
