#include "api/local/topics.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "feed/feed.h"

namespace sandbox::api {
namespace {

struct Form {
  Topic::Kind kind;
  size_t parts;
  const char* shape;
};

const std::map<std::string, Form>& Forms() {
  using Kind = Topic::Kind;
  static const std::map<std::string, Form> forms = {
      {"list", {Kind::kList, 2, "list:PROJECT/DOMAIN"}},
      {"run", {Kind::kRun, 3, "run:PROJECT/DOMAIN/NAME"}},
      {"items", {Kind::kItems, 4, "items:PROJECT/DOMAIN/NAME/NODE"}},
      {"log", {Kind::kLog, 2, "log:NAMESPACE/POD"}},
      {"stats", {Kind::kStats, 3, "stats:PROJECT/DOMAIN/NAME"}},
      {"pods", {Kind::kPods, 1, "pods:NAMESPACE or pods:*"}},
      {"schedules", {Kind::kSchedules, 0, "schedules"}},
      {"entities", {Kind::kEntities, 2, "entities:PROJECT/DOMAIN"}},
      {"limits", {Kind::kLimits, 0, "limits"}},
      {"machine", {Kind::kMachine, 0, "machine"}},
      {"home", {Kind::kHome, 0, "home"}},
      {"images", {Kind::kImages, 0, "images"}},
      {"build", {Kind::kBuild, 1, "build:ID"}},
  };
  return forms;
}

std::string Known() {
  std::string out;
  for (const auto& [name, form] : Forms()) out += Cat(out.empty() ? "" : ", ", form.shape);
  return out;
}

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, '/');) out.push_back(part);
  return out;
}

bool InPlace(const Topic& topic, const std::string& project, const std::string& domain) {
  return topic.parts[0] == project && topic.parts[1] == domain;
}

bool Belongs(const ExecutionChange& change, const Topic& topic) {
  switch (topic.kind) {
    case Topic::Kind::kList: return InPlace(topic, change.id.project, change.id.domain);
    case Topic::Kind::kHome: return true;
    case Topic::Kind::kRun:
      return RunOf(topic) == change.id ||
             (change.row && change.row->parent_node && change.row->parent_node->execution == RunOf(topic));
    default: return false;
  }
}

}  // namespace

ExecutionId RunOf(const Topic& topic) { return {topic.parts[0], topic.parts[1], topic.parts[2]}; }

std::expected<Topic, std::string> ParseTopic(const std::string& text) {
  const size_t colon = text.find(':');
  const auto found = Forms().find(text.substr(0, colon));
  if (found == Forms().end()) return std::unexpected(Cat("there is no such topic; known: ", Known()));
  Topic out{found->second.kind, text, {}};
  if (colon != std::string::npos) out.parts = Split(text.substr(colon + 1));
  if (out.parts.size() != found->second.parts || std::ranges::any_of(out.parts, &std::string::empty))
    return std::unexpected(Cat("it is ", found->second.shape));
  return out;
}

std::optional<std::string> NamesNothing(MetadataReader& reader, const Topic& topic) {
  switch (topic.kind) {
    case Topic::Kind::kList:
    case Topic::Kind::kEntities:
      if (!reader.FindProject(topic.parts[0])) return Cat("there is no project ", topic.parts[0]);
      return std::nullopt;
    case Topic::Kind::kRun:
    case Topic::Kind::kStats:
    case Topic::Kind::kItems:
      if (!reader.FindExecution(RunOf(topic)))
        return Cat("there is no execution ", topic.parts[2], " in ", topic.parts[0], "/", topic.parts[1]);
      if (topic.kind == Topic::Kind::kItems && !reader.FindNode({RunOf(topic), topic.parts[3]}))
        return Cat("execution ", topic.parts[2], " has no node ", topic.parts[3]);
      return std::nullopt;
    case Topic::Kind::kLog:
    case Topic::Kind::kPods:
    case Topic::Kind::kSchedules:
    case Topic::Kind::kLimits:
    case Topic::Kind::kMachine:
    case Topic::Kind::kImages:
    case Topic::Kind::kBuild:
    case Topic::Kind::kHome: return std::nullopt;
  }
  return std::nullopt;
}

std::vector<EventKey> EventsOf(const Change& change) {
  const std::string key = feed::KeyOf(change);
  struct Names {
    std::vector<const char*> operator()(const ExecutionChange&) const { return {"execution"}; }
    std::vector<const char*> operator()(const NodeChange& c) const {
      return c.row->item < 0 ? std::vector<const char*>{"node"} : std::vector<const char*>{};
    }
    std::vector<const char*> operator()(const AttemptChange& c) const {
      std::vector<const char*> out = {c.row->item < 0 ? "attempt" : "item"};
      if (!c.row->pod_status.empty()) out.push_back("pod");
      return out;
    }
    std::vector<const char*> operator()(const SignalChange&) const { return {}; }
    std::vector<const char*> operator()(const EntityChange& c) const {
      std::vector<const char*> out = {"entity"};
      if (c.id.kind == EntityKind::kLaunchPlan && !c.id.version.empty()) out.push_back("schedule");
      return out;
    }
    std::vector<const char*> operator()(const ScheduleChange&) const { return {"schedule"}; }
    std::vector<const char*> operator()(const AttributesChange&) const { return {"limit"}; }
    std::vector<const char*> operator()(const LogChange&) const { return {"log"}; }
    std::vector<const char*> operator()(const UsageChange&) const { return {"stats"}; }
    std::vector<const char*> operator()(const MachineChange&) const { return {"machine"}; }
  };
  std::vector<EventKey> out;
  for (const char* name : std::visit(Names{}, change)) out.push_back({name, Cat(name, "/", key)});
  return out;
}

bool Belongs(const std::string& name, const Change& change, const std::string& array, const Topic& topic) {
  using Kind = Topic::Kind;
  if (const auto* execution = std::get_if<ExecutionChange>(&change)) {
    if (name == "story") return topic.kind == Kind::kRun && RunOf(topic) == execution->id;
    return Belongs(*execution, topic);
  }
  if (const auto* node = std::get_if<NodeChange>(&change))
    return topic.kind == Kind::kRun && node->row->id.execution == RunOf(topic);
  if (const auto* attempt = std::get_if<AttemptChange>(&change)) {
    if (name == "item")
      return topic.kind == Kind::kItems && attempt->row->id.node.execution == RunOf(topic) && topic.parts[3] == array;
    if (name == "attempt") return topic.kind == Kind::kRun && attempt->row->id.node.execution == RunOf(topic);
    return topic.kind == Kind::kPods &&
           (topic.parts[0] == "*" || topic.parts[0] == attempt->row->id.node.execution.Namespace());
  }
  if (name == "schedule") return topic.kind == Kind::kSchedules || topic.kind == Kind::kHome;
  if (const auto* entity = std::get_if<EntityChange>(&change))
    return topic.kind == Kind::kEntities && InPlace(topic, entity->id.project, entity->id.domain);
  if (std::holds_alternative<AttributesChange>(change)) return topic.kind == Kind::kLimits;
  if (const auto* log = std::get_if<LogChange>(&change))
    return topic.kind == Kind::kLog && topic.parts[0] == log->pod_namespace && topic.parts[1] == log->pod;
  if (const auto* usage = std::get_if<UsageChange>(&change))
    return topic.kind == Kind::kStats && RunOf(topic) == usage->attempt.node.execution;
  if (std::holds_alternative<MachineChange>(change)) return topic.kind == Kind::kMachine || topic.kind == Kind::kHome;
  return false;
}

bool BelongsSeen(const std::string& name, const std::string& id, const Topic& topic) {
  return topic.kind == Topic::Kind::kImages ||
         (topic.kind == Topic::Kind::kBuild && name == "build" && topic.parts[0] == id);
}

}  // namespace sandbox::api
