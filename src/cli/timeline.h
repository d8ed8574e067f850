#pragma once

// The course of an execution out of its Run (docs/reference/local-api.yaml): what each node waited for and how long it
// ran, and where the time of the whole went. Pure.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sandbox::cli {

// What happened at one time, in order.
struct TimelineEntry {
  int64_t at_ms = 0;    // since the execution was created
  int64_t took_ms = 0;  // until now when it goes on
  std::string node;     // "n0 step", of a retry "n0 step, attempt 2"
  std::string phase;
  std::string text;   // "waited 1.2s for its turn (needs 1 cpu, 500 MiB), 3.4s for image busybox; ran 5.0s"
  std::string error;  // its code and gist; empty: none
};
std::vector<TimelineEntry> TimelineOf(const nlohmann::json& run, int64_t now_ms);

// Every moment of the execution counts once, for the first of these that was true of anything in it.
struct TimeShare {
  std::string code;  // running, pulling, starting, turn, you, launched, platform
  std::string text;  // the same in words
  int64_t ms = 0;
};
// Those that took any time, the longest first.
std::vector<TimeShare> SharesOf(const nlohmann::json& run, int64_t now_ms);

}  // namespace sandbox::cli
