#include "api/local/run_calls.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/local/commands.h"
#include "api/local/event_hub.h"
#include "api/local/run_bindings.h"
#include "api/local/run_log.h"
#include "api/local/run_settings.h"
#include "api/local/run_view.h"
#include "api/local/stats.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr uint64_t kItemsMax = 1000;
constexpr uint64_t kItemsUsual = 200;
constexpr uint64_t kEventsMax = 2000;

struct RunPath {
  ExecutionId id;
  std::vector<std::string> rest;  // what stands behind it
};

std::optional<RunPath> ParseRunPath(const std::string& path, std::string_view prefix) {
  std::istringstream in(path.substr(prefix.size()));
  std::vector<std::string> parts;
  for (std::string part; std::getline(in, part, '/');) parts.push_back(part);
  if (parts.size() < 3) return std::nullopt;
  RunPath out{{parts[0], parts[1], parts[2]}, {}};
  out.rest.assign(parts.begin() + 3, parts.end());
  return out;
}

Result<ItemsWanted> ItemsOf(const Target& target, const std::string& node) {
  ItemsWanted out;
  out.node = node;
  const auto from = target.Number("from", 0, 0, INT32_MAX), limit = target.Number("limit", kItemsUsual, 1, kItemsMax);
  if (!from) return std::unexpected(from.error());
  if (!limit) return std::unexpected(limit.error());
  out.from = static_cast<int>(*from);
  out.limit = static_cast<uint64_t>(*limit);
  const std::string phase = target.Get("phase");
  if (phase.empty()) return out;
  for (int i = 1; i <= static_cast<int>(model::NodePhase::kRecovered); ++i) {
    if (PhaseName(static_cast<model::NodePhase>(i)) == phase) out.phase = static_cast<model::NodePhase>(i);
  }
  if (out.phase == model::NodePhase::kUndefined)
    return InvalidField("phase", Cat("phase ", phase, " is none of a node"));
  return out;
}

// A node, or with `item` one of an array's items.
Result<model::NodeRecord> NodeOf(MetadataReader& reader, const Target& target, const NodeExecutionId& id) {
  auto node = reader.FindNode(id);
  if (!node) return NotFound(Cat("execution ", id.execution.name, " has no node ", id.node, " yet"));
  if (target.Get("item").empty()) return std::move(*node);
  const auto index = target.Number("item", 0, 0, INT32_MAX);
  if (!index) return std::unexpected(index.error());
  auto items = reader.ListItems(id, model::NodePhase::kUndefined, static_cast<int>(*index), 1);
  if (items.empty() || items[0].item != static_cast<int>(*index))
    return NotFound(Cat("node ", id.node, " of ", id.execution.name, " has no item ", *index, " yet"));
  return std::move(items[0]);
}

Result<json> Answer(MetadataReader& reader, const LocalApiDeps& deps, const Target& target, const RunPath& path) {
  const RowSources sources{deps.plans, deps.logs};
  const auto record = reader.FindExecution(path.id);
  if (!record) return NotFound(Cat("no execution ", path.id.name, " in ", path.id.project, "/", path.id.domain));
  if (path.rest.empty()) return RunView(reader, sources, *record);
  if (path.rest == std::vector<std::string>{"events"}) {
    const auto from = target.Number("from", 0, 0, INT32_MAX);
    if (!from) return std::unexpected(from.error());
    return RunEventsView(reader, sources, *record, static_cast<size_t>(*from), kEventsMax);
  }
  if (path.rest == std::vector<std::string>{"commands"}) return RunCommands(*record, deps.about.platform);
  const SettingSources settings{deps.registry, deps.about.settings};
  if (path.rest == std::vector<std::string>{"settings"}) return RunSettingsView(reader, settings, *record);
  if (path.rest == std::vector<std::string>{"limits"}) return RunLimitsView(reader, settings, *record);
  if (path.rest == std::vector<std::string>{"bindings"})
    return RunBindings(reader, sources, *record, target.Get("node"));
  if (path.rest == std::vector<std::string>{"log"}) return RunLog(reader, sources, *record, target);
  if (path.rest == std::vector<std::string>{"stats"}) {
    const auto points = target.Number("points", 600, 4, 4096);
    if (!points) return std::unexpected(points.error());
    return RunStats(reader, sources, *record, static_cast<size_t>(*points));
  }
  const bool node_of = path.rest.size() >= 2 && path.rest[0] == "nodes";
  if (node_of && path.rest.size() == 2) {
    const auto node = NodeOf(reader, target, {path.id, path.rest[1]});
    if (!node) return std::unexpected(node.error());
    return NodeView(reader, sources, *record, *node);
  }
  if (node_of && path.rest.size() == 3 && path.rest[2] == "items") {
    const auto wanted = ItemsOf(target, path.rest[1]);
    if (!wanted) return std::unexpected(wanted.error());
    if (!reader.FindNode({path.id, wanted->node}))
      return NotFound(Cat("execution ", path.id.name, " has no node ", wanted->node, " yet"));
    return ItemsView(reader, sources, *record, *wanted);
  }
  return NotFound(
      "a run has bindings, events, log, stats, commands, settings, limits, nodes/NODE and nodes/NODE/items");
}

}  // namespace

net::HttpResponse RunAnswer(const LocalApiDeps& deps, const Target& target) {
  const auto path = ParseRunPath(target.path, kRunPath);
  if (!path) return NotFoundAnswer("a run is PROJECT/DOMAIN/NAME");
  // Read before the snapshot: whatever is told later has a larger number.
  const uint64_t seq = deps.events->Seq();
  auto answer = deps.store.Query([&](MetadataReader& reader) { return Answer(reader, deps, target, *path); });
  if (!answer) return ErrorAnswer(answer.error());
  (*answer)["seq"] = seq;
  (*answer)["rev"] = deps.events->RevAt(seq);
  return JsonAnswer(200, *answer);
}

net::HttpResponse AttemptAnswer(const LocalApiDeps& deps, const Target& target) {
  const auto path = ParseRunPath(target.path, kAttemptPath);
  if (!path || path->rest.size() != 3 || path->rest[2] != "commands")
    return NotFoundAnswer("an attempt is PROJECT/DOMAIN/NAME/NODE/NUMBER, and has commands");
  uint32_t number = 0;
  const std::string& text = path->rest[1];
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    return ErrorAnswer(InvalidField("attempt", Cat("an attempt is a number from 0 on, not ", text)).error());
  const AttemptId id{{path->id, path->rest[0]}, number};
  const auto attempt = deps.store.Query([&](MetadataReader& reader) { return reader.FindTask(id); });
  if (!attempt) return NotFoundAnswer(Cat("node ", id.node.node, " of ", path->id.name, " has no attempt ", number));
  return JsonAnswer(200, AttemptCommands(*attempt));
}

}  // namespace sandbox::api
