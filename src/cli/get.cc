#include <absl/strings/escaping.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/http_client.h"
#include "cli/table.h"
#include "cli/verbs.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

// A dataclass as flytekit packs it; the size of what is no MessagePack.
json Unpack(const json& binary) {
  std::string bytes;
  if (!absl::Base64Unescape(binary.value("value", ""), &bytes)) return "<binary>";
  json value =
      binary.value("tag", "") == "msgpack" ? json::from_msgpack(bytes, true, false) : json(json::value_t::discarded);
  return value.is_discarded() ? json(Cat("<binary, ", bytes.size(), " bytes>")) : value;
}

// The value of a literal in as few characters as it takes.
json Brief(const json& literal) {
  if (literal.contains("scalar")) {
    const json& scalar = literal["scalar"];
    if (scalar.contains("primitive")) {
      for (const auto& [kind, value] : scalar["primitive"].items())
        return kind == "integer" && value.is_string() ? json::parse(value.get<std::string>(), nullptr, false) : value;
    }
    if (scalar.contains("union")) return Brief(scalar["union"].value("value", json::object()));
    if (scalar.contains("none_type")) return nullptr;
    for (const char* kind : {"blob", "schema", "structured_dataset"}) {
      if (scalar.contains(kind)) return scalar[kind].value("uri", "");
    }
    if (scalar.contains("generic")) return scalar["generic"];
    if (scalar.contains("binary")) return Unpack(scalar["binary"]);
    return scalar;
  }
  if (literal.contains("collection")) {
    json out = json::array();
    for (const json& item : literal["collection"].value("literals", json::array())) out.push_back(Brief(item));
    return out;
  }
  if (literal.contains("map")) {
    json out = json::object();
    for (const auto& [key, item] : literal["map"].value("literals", json::object()).items()) out[key] = Brief(item);
    return out;
  }
  if (literal.contains("offloaded_metadata")) {
    const json& offloaded = literal["offloaded_metadata"];
    return Cat("<", offloaded.value("size_bytes", "0"), " bytes at ", offloaded.value("uri", ""), ">");
  }
  return literal;
}

// `link` is where they are when they are too large for the answer.
void PrintLiterals(const char* title, const json& literals, const json& link) {
  if (link.is_object() && !link.value("url", "").empty())
    std::printf("%s\n  <%s bytes at %s>\n", title, link.value("bytes", "0").c_str(), link.value("url", "").c_str());
  if (!literals.is_object() || literals.empty()) return;
  std::printf("%s\n", title);
  for (const auto& [name, literal] : literals.items())
    std::printf("  %s = %s\n", name.c_str(),
                Brief(literal).dump(-1, ' ', false, json::error_handler_t::replace).c_str());
}

std::string Text(const json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

void PrintError(const json& closure, const char* indent) {
  if (!closure.contains("error") || !closure["error"].is_object()) return;
  std::printf("%serror  %s\n", indent, Text(closure["error"], "code").c_str());
  std::printf("%s%s\n", indent, Text(closure["error"], "message").c_str());
}

// Of the node's newest attempt; empty when there is none.
json TaskClosure(const RuntimeInfo& info, const std::string& id, const json& node) {
  const auto tasks =
      GetJson(info, Cat("/api/v1/task_executions/", id, "/", UrlEncode(node.at("id").value("node_id", "")),
                        "?limit=1&sort_by.key=retry_attempt"));
  return !tasks || tasks->at("task_executions").empty() ? json::object()
                                                        : tasks->at("task_executions")[0].at("closure");
}

// What a task that cannot be built says of the way out.
void PrintAdvice(const RuntimeInfo& info, const std::string& id, const json& closure, const json& nodes) {
  if (!closure.contains("error") || Text(closure["error"], "code") != "FailedToBuildResource") return;
  for (const json& node : nodes) {
    if (Text(node.at("closure"), "phase") != "FAILED") continue;
    if (const std::string reason = Text(TaskClosure(info, id, node), "reason"); !reason.empty())
      std::printf("  %s\n", reason.c_str());
  }
}

// The signals that gates have asked for and nobody has set.
void PrintSignals(const RuntimeInfo& info, const std::string& id) {
  const auto signals = GetJson(info, Cat("/api/v1/signals/", id, "?limit=1000"));
  if (!signals) return;
  for (const json& signal : signals->at("signals")) {
    if (!signal.contains("value") || signal["value"].is_null())
      std::printf("  waits for the signal %s\n", signal.at("id").value("signal_id", "").c_str());
  }
}

// What a node that has begun waits for before its task runs, such as memory or an image. On one line.
std::string Waiting(const RuntimeInfo& info, const std::string& id, const json& node) {
  const std::string phase = Text(node.at("closure"), "phase");
  if (phase != "RUNNING" && phase != "QUEUED") return "";
  const json task = TaskClosure(info, id, node);
  if (Text(task, "phase") == "RUNNING") return "";
  std::string reason = Text(task, "reason");
  std::ranges::replace(reason, '\n', ' ');
  return reason;
}

}  // namespace

int GetVerb(const Common& common, const Place& place, const std::string& name) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  const std::string id = Cat(UrlEncode(place.project), "/", UrlEncode(place.domain), "/", UrlEncode(name));
  auto execution = GetJson(*info, Cat("/api/v1/executions/", id));
  if (!execution && execution.error().code == Code::kNotFound) {
    return Complain(kExitOther, Cat("no execution ", name, " in ", place.project, "/", place.domain,
                                    "; `sandbox executions` lists them, -p and -d choose another place"));
  }
  if (!execution) return Complain(kExitOther, execution.error().message);
  auto data = GetJson(*info, Cat("/api/v1/data/executions/", id));
  auto nodes = GetJson(*info, Cat("/api/v1/node_executions/", id, "?limit=1000"));
  if (!data) return Complain(kExitOther, data.error().message);
  if (!nodes) return Complain(kExitOther, nodes.error().message);
  if (common.json) {
    std::printf(
        "%s\n",
        json{{"execution", *execution}, {"data", *data}, {"nodes", nodes->at("node_executions")}}.dump(2).c_str());
    return kExitOk;
  }
  const json& closure = execution->at("closure");
  const json& what = execution->at("spec").at("launch_plan");
  std::printf("%s  %s\n", name.c_str(), Text(closure, "phase").c_str());
  std::printf("  %s version %s\n", Text(what, "name").c_str(), Text(what, "version").c_str());
  if (const std::string started = Text(closure, "started_at"); !started.empty()) {
    const std::string took = Took(Text(closure, "duration"));
    std::printf("  started %sZ%s%s\n", started.substr(0, 19).c_str(), took.empty() ? "" : ", took ", took.c_str());
  }
  if (closure.contains("abort_metadata") && closure["abort_metadata"].is_object()) {
    const std::string cause = Text(closure["abort_metadata"], "cause");
    std::printf("  aborted: %s\n", cause.empty() ? "no cause was given" : cause.c_str());
  }
  if (Text(closure, "phase") == "RUNNING") PrintSignals(*info, id);
  PrintError(closure, "  ");
  PrintAdvice(*info, id, closure, nodes->at("node_executions"));
  PrintLiterals("inputs", data->value("full_inputs", json::object()).value("literals", json::object()),
                data->value("inputs", json()));
  PrintLiterals("outputs", data->value("full_outputs", json::object()).value("literals", json::object()),
                data->value("outputs", json()));
  std::vector<std::vector<std::string>> rows = {{"NODE", "PHASE", "DURATION", "WAITS FOR"}};
  for (const json& node : nodes->at("node_executions")) {
    rows.push_back({node.at("metadata").value("spec_node_id", ""), Text(node.at("closure"), "phase"),
                    Took(Text(node.at("closure"), "duration")), Waiting(*info, id, node)});
  }
  if (std::ranges::all_of(rows, [&](const auto& row) { return &row == &rows[0] || row.back().empty(); })) {
    for (auto& row : rows) row.pop_back();
  }
  std::printf("\n");
  PrintTable(rows);
  return kExitOk;
}

}  // namespace sandbox::cli
