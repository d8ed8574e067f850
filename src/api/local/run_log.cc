#include "api/local/run_log.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <queue>
#include <set>
#include <sstream>
#include <tuple>

#include "api/local/log_search.h"
#include "api/local/row_json.h"
#include "api/local/run_lookup.h"
#include "logs/log_reader.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr int64_t kMergedUsual = 500, kMergedMost = 2000;
constexpr uint64_t kMergedText = 4096;
constexpr size_t kMatchesOfLine = 100;

// Where a line stands among all of the run: by time, then by attempt, then by number.
using Key = std::tuple<uint64_t, uint64_t, uint64_t>;

struct Merged {
  Key key;
  size_t attempt = 0;
  logs::LogLine line;
  bool operator<(const Merged& other) const { return key < other.key; }
};

struct Wanted {
  std::optional<Key> after;
  size_t count = 0;
  std::set<std::string> nodes;
  std::optional<bool> in_stderr;
  std::unique_ptr<RE2> expression;  // null: every line
};

Result<Wanted> ParseWanted(const Target& target) {
  Wanted out;
  const auto count = target.Number("count", kMergedUsual, 1, kMergedMost);
  if (!count) return std::unexpected(count.error());
  out.count = static_cast<size_t>(*count);
  std::istringstream nodes(target.Get("nodes"));
  for (std::string node; std::getline(nodes, node, ',');) out.nodes.insert(node);
  if (const std::string stream = target.Get("stderr"); !stream.empty()) out.in_stderr = stream == "1";
  if (!target.Get("q").empty()) {
    auto expression = LogExpression(target);
    if (!expression) return std::unexpected(expression.error());
    out.expression = std::move(*expression);
  }
  const std::string cursor = target.Get("cursor");
  if (cursor.empty()) return out;
  unsigned long long time = 0, attempt = 0, line = 0;
  if (std::sscanf(cursor.c_str(), "%llu.%llu.%llu", &time, &attempt, &line) != 3)
    return InvalidField("cursor", "cursor has to be `next` of an answer");
  out.after = Key{time, attempt, line};
  return out;
}

// The first lines behind the cursor of all logs together, the last of them on top.
class Merge {
 public:
  explicit Merge(const Wanted& wanted) : wanted_(wanted) {}

  void Add(size_t attempt, logs::LogReader& log, uint64_t begin_ms) {
    const uint64_t first = wanted_.after ? log.FindTime(std::get<0>(*wanted_.after)) : 0;
    log.Read(first, kMergedText, [&](logs::LogLine&& line) {
      // What is older than the index has no times: it is shown at its attempt's start.
      const Key key{line.time_ms == 0 ? begin_ms : line.time_ms, attempt, line.number};
      if (wanted_.after && key <= *wanted_.after) return true;
      if (wanted_.in_stderr && line.is_stderr != *wanted_.in_stderr) return true;
      if (wanted_.expression && !RE2::PartialMatch(line.text, *wanted_.expression)) return true;
      if (lines_.size() == wanted_.count) {
        more_ = true;
        if (key > lines_.top().key) return false;
        lines_.pop();
      }
      lines_.push({key, attempt, std::move(line)});
      return true;
    });
  }

  std::vector<Merged> Take() {
    std::vector<Merged> out;
    for (; !lines_.empty(); lines_.pop()) out.push_back(lines_.top());
    std::ranges::reverse(out);
    return out;
  }
  bool More() const { return more_; }

 private:
  const Wanted& wanted_;
  std::priority_queue<Merged> lines_;
  bool more_ = false;
};

uint64_t MillisSinceEpoch(Instant at) {
  return static_cast<uint64_t>(std::max<int64_t>(0, MillisOf(at.time_since_epoch())));
}

}  // namespace

Result<json> RunLog(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record,
                    const Target& target) {
  const auto wanted = ParseWanted(target);
  if (!wanted) return std::unexpected(wanted.error());
  const std::vector<model::TaskRecord> attempts = reader.TasksOf(record.id);
  Merge merge(*wanted);
  uint64_t bytes = 0;
  for (size_t i = 0; i < attempts.size(); ++i) {
    const model::TaskRecord& attempt = attempts[i];
    if (attempt.pod_status.empty()) continue;
    if (!wanted->nodes.empty() && !wanted->nodes.contains(attempt.id.node.node) &&
        !wanted->nodes.contains(ArrayOf(reader, attempt)))
      continue;
    logs::LogReader log(sources.logs / record.id.Namespace() / (attempt.generated_name + ".log"));
    bytes += log.Bytes();
    merge.Add(i, log, MillisSinceEpoch(attempt.started_at == Instant{} ? attempt.created_at : attempt.started_at));
  }
  json lines = json::array(), next;
  for (Merged& each : merge.Take()) {
    const model::TaskRecord& attempt = attempts[each.attempt];
    const auto& [time, place, number] = each.key;
    if (merge.More()) next = Cat(time, ".", place, ".", number);
    const auto matches = wanted->expression ? MatchesOf(*wanted->expression, each.line.text, kMatchesOfLine)
                                            : std::vector<std::pair<size_t, size_t>>();
    lines.push_back({{"node", attempt.id.node.node},
                     {"attempt", attempt.id.attempt},
                     {"item", attempt.item < 0 ? json() : json(attempt.item)},
                     {"array", attempt.item < 0 ? json() : json(ArrayOf(reader, attempt))},
                     {"pod", attempt.generated_name},
                     {"n", number},
                     {"t", time},
                     {"stderr", each.line.is_stderr},
                     {"match", matches},
                     {"text", std::move(each.line.text)}});
  }
  return json{{"lines", std::move(lines)}, {"next", next}, {"total_bytes", bytes}};
}

}  // namespace sandbox::api
