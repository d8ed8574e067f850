#pragma once

// The log of one pod by line numbers, with its index ({pod}.idx, model/pod_files.h). One that is missing is made from
// the log, without times. A log that is written meanwhile may be read: what is behind its last whole line is its last
// line.
//
// Thread: any that may block; one object on one.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/model/pod_files.h"

namespace sandbox::logs {

struct LogLine {
  uint64_t number = 0;  // from 0
  uint64_t offset = 0;
  uint64_t bytes = 0;    // without its end
  std::string text;      // cut to what was asked for
  uint64_t time_ms = 0;  // since 1970; 0: unknown
  bool is_stderr = false;
};

struct LogMeta {
  uint64_t bytes = 0;
  uint64_t lines = 0;
  uint64_t first_ms = 0, last_ms = 0;  // 0: unknown
  bool has_stderr = false;
  bool truncated = false;  // it was larger than a log may be, and ends with a line that says so
};

class LogReader {
 public:
  // `log`: {pod}.log. There may be none: then it is empty.
  explicit LogReader(std::filesystem::path log);

  LogMeta Meta();
  uint64_t Lines() { return Meta().lines; }
  uint64_t Bytes() const { return bytes_; }
  // Lines from `from` on, in order, until there are none or `take` says false. Texts are cut to `text_max` bytes.
  void Read(uint64_t from, uint64_t text_max, const std::function<bool(LogLine&&)>& take);
  // The first line that began at this time or later; of times that are known.
  uint64_t FindTime(uint64_t time_ms) const;

 private:
  std::string ReadPiece(uint64_t offset, uint64_t bytes);
  // The place in the index of what holds `offset`.
  size_t PlaceOf(uint64_t offset) const;
  uint64_t OffsetOf(uint64_t line);

  std::filesystem::path path_;
  std::ifstream file_;
  uint64_t bytes_ = 0;
  std::vector<model::LogIndexRecord> index_;
  std::optional<LogMeta> meta_;
};

}  // namespace sandbox::logs
