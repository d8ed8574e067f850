#pragma once

// Searching a log: regular expressions of RE2, or plain text.
//
// Thread: any that may block; one object on one.

#include <re2/re2.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/local/target.h"
#include "logs/log_reader.h"
#include "sandbox/base/error.h"

namespace sandbox::api {

// The expression of the query q, regex, case; an error names q.
Result<std::unique_ptr<RE2>> LogExpression(const Target& target);

// From where to where in UTF-16 units of the text it matches, `most` times at most.
std::vector<std::pair<size_t, size_t>> MatchesOf(const RE2& expression, const std::string& text, size_t most);

class LogSearch {
 public:
  // Of the query q, regex, case, stderr, from, limit. Errors name the field.
  static Result<std::unique_ptr<LogSearch>> Make(const Target& target);

  bool Done() const { return done_; }
  // The next part of the answer, perhaps nothing yet: "[line,start,end]" lines, where start and end count UTF-16 units
  // of the line; last {"done":...,"next":...,"scanned":...}, where `done` is false when `limit` ended it before the
  // log's end, and `next` is the line to go on from then.
  std::string NextMatches(logs::LogReader& log);
  // The whole lines that match.
  std::string NextLines(logs::LogReader& log);

 private:
  LogSearch(std::unique_ptr<RE2> expression, uint64_t from, uint64_t limit)
      : expression_(std::move(expression)), at_(from), limit_(limit) {}

  template <typename Take>
  void Scan(logs::LogReader& log, Take take);
  std::string MatchesIn(const logs::LogLine& line);

  const std::unique_ptr<RE2> expression_;
  std::optional<bool> stderr_;  // only that stream
  uint64_t at_;                 // the next line
  const uint64_t limit_;
  uint64_t found_ = 0, scanned_ = 0;
  bool done_ = false, ended_ = false;
};

}  // namespace sandbox::api
