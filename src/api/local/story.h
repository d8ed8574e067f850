#pragma once

// The sentence on top of a run: what happened, as a record with a code that pages word in their language, and as plain
// English. The codes and fields are those of the schema Story in docs/reference/local-api.yaml. Pure.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/local/run_facts.h"

namespace sandbox::api {

nlohmann::json StoryOf(const RunFacts& facts, Instant now);

// How a failure is told: {code, node, ...}, without text; and its sentence, made of that. Used by StoryOf.
nlohmann::json FailureStory(const RunFacts& facts);
std::string FailureSentence(const nlohmann::json& story);

// "<1ms", "340ms", "4.2s", "1m 12s", "2h 05m", "3d 04h".
std::string DurationWords(int64_t millis);
// "812 B", "1.4 KiB", "200 MiB".
std::string BytesWords(int64_t bytes);
// With a stop at its end.
std::string AsSentence(std::string text);
// "1 node", "3 nodes".
std::string CountWords(uint64_t count, const char* what);

}  // namespace sandbox::api
