#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/http_client.h"
#include "cli/literals.h"
#include "cli/place.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/tree.h"
#include "cli/verbs.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

// `link` is where they are when they are too large for the answer.
void PrintLiterals(const char* title, const json& literals, const json& link) {
  if (link.is_object() && !link.value("url", "").empty())
    std::printf("%s\n  <%s bytes at %s>\n", title, link.value("bytes", "0").c_str(), link.value("url", "").c_str());
  if (!literals.is_object() || literals.empty()) return;
  std::printf("%s\n", title);
  for (const auto& [name, literal] : literals.items())
    std::printf("  %s = %s\n", name.c_str(),
                BriefValue(literal).dump(-1, ' ', false, json::error_handler_t::replace).c_str());
}

std::string Text(const json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

void PrintError(const json& closure, const char* indent) {
  if (!closure.contains("error") || !closure["error"].is_object()) return;
  std::string message = Text(closure["error"], "message");
  std::erase(message, '\r');
  std::printf("%serror  %s\n", indent, Text(closure["error"], "code").c_str());
  std::printf("%s%s\n", indent, message.c_str());
}

// What a task that cannot be built says of the way out.
void PrintAdvice(const RuntimeInfo& info, const std::string& id, const json& closure, const json& nodes) {
  if (!closure.contains("error") || Text(closure["error"], "code") != "FailedToBuildResource") return;
  for (const json& node : nodes) {
    if (Text(node.at("closure"), "phase") != "FAILED") continue;
    const auto tasks =
        GetJson(info, Cat("/api/v1/task_executions/", id, "/", UrlEncode(node.at("id").value("node_id", "")),
                          "?limit=1&sort_by.key=retry_attempt"));
    if (!tasks || tasks->at("task_executions").empty()) continue;
    const std::string reason = Text(tasks->at("task_executions")[0].at("closure"), "reason");
    if (!reason.empty()) std::printf("  %s\n", reason.c_str());
  }
}

std::string HowToSet(const Common& common, const OpenSignal& signal) {
  const Place place{signal.project, signal.domain, true};
  const std::string what = Cat(ShellQuote(signal.execution), " ", ShellQuote(signal.id));
  return CommandLine(common, place, signal.approval ? "approve " + what : Cat("set ", what, " VALUE"));
}

void PrintHead(const std::string& name, const json& execution) {
  const json& closure = execution.at("closure");
  const json& what = execution.at("spec").at("launch_plan");
  std::printf("%s  %s\n", name.c_str(), Painted(Text(closure, "phase")).c_str());
  std::printf("  %s version %s\n", Text(what, "name").c_str(), Text(what, "version").c_str());
  if (const std::string started = Text(closure, "started_at"); !started.empty()) {
    const std::string took = Took(Text(closure, "duration"));
    std::printf("  started %sZ%s%s\n", started.substr(0, 19).c_str(), took.empty() ? "" : ", took ", took.c_str());
  }
  if (closure.contains("abort_metadata") && closure["abort_metadata"].is_object()) {
    const std::string cause = Text(closure["abort_metadata"], "cause");
    std::printf("  aborted: %s\n", cause.empty() ? "no cause was given" : cause.c_str());
  }
}

}  // namespace

int GetVerb(const Common& common, const Place& wanted, const std::string& name) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  Place place = wanted;
  auto tree = FetchTree(*info, place, name);
  if (!tree) return Complain(kExitOther, tree.error().message);
  const std::string id = Cat(UrlEncode(place.project), "/", UrlEncode(place.domain), "/", UrlEncode(name));
  auto execution = GetJson(*info, Cat("/api/v1/executions/", id));
  auto data = GetJson(*info, Cat("/api/v1/data/executions/", id));
  auto nodes = GetJson(*info, Cat("/api/v1/node_executions/", id, "?limit=1000"));
  if (!execution) return Complain(kExitOther, execution.error().message);
  if (!data) return Complain(kExitOther, data.error().message);
  if (!nodes) return Complain(kExitOther, nodes.error().message);
  if (common.json) {
    std::printf(
        "%s\n",
        json{{"execution", *execution}, {"data", *data}, {"nodes", nodes->at("node_executions")}, {"tree", *tree}}
            .dump(2)
            .c_str());
    return kExitOk;
  }
  PrintHead(name, *execution);
  PrintError(execution->at("closure"), "  ");
  PrintAdvice(*info, id, execution->at("closure"), nodes->at("node_executions"));
  PrintLiterals("inputs", data->value("full_inputs", json::object()).value("literals", json::object()),
                data->value("inputs", json()));
  PrintLiterals("outputs", data->value("full_outputs", json::object()).value("literals", json::object()),
                data->value("outputs", json()));
  const Table table =
      NodeTable(*tree, std::time(nullptr), [&](const OpenSignal& signal) { return HowToSet(common, signal); });
  if (table.Empty()) return kExitOk;
  std::printf("\n");
  table.Print();
  return kExitOk;
}

}  // namespace sandbox::cli
