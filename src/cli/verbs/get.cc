#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/gates.h"
#include "cli/literals.h"
#include "cli/table.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "cli/tree.h"
#include "cli/verbs/all.h"

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

std::string Field(const json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

void PrintError(const json& closure, const char* indent) {
  if (!closure.contains("error") || !closure["error"].is_object()) return;
  std::string message = Field(closure["error"], "message");
  std::erase(message, '\r');
  const std::string code = Field(closure["error"], "code");  // an array that failed has none
  std::printf("%serror%s%s\n", indent, code.empty() ? "" : "  ", code.c_str());
  std::printf("%s%s\n", indent, message.c_str());
}

// What a task that cannot be built says of the way out.
void PrintAdvice(const json& closure, const json& nodes) {
  if (!closure.contains("error") || Field(closure["error"], "code") != "FailedToBuildResource") return;
  for (const json& node : nodes) {
    if (Field(node, "phase") != "FAILED") continue;
    if (const std::string reason = Field(node, "reason"); !reason.empty()) std::printf("  %s\n", reason.c_str());
  }
}

void PrintHead(const std::string& name, const json& execution) {
  const json& closure = execution.at("closure");
  const json& what = execution.at("spec").at("launch_plan");
  std::printf("%s  %s\n", name.c_str(), Painted(Field(closure, "phase")).c_str());
  std::printf("  %s version %s\n", Field(what, "name").c_str(), Field(what, "version").c_str());
  if (const std::string started = Field(closure, "started_at"); !started.empty()) {
    const std::string took = Took(Field(closure, "duration"));
    std::printf("  started %sZ%s%s\n", started.substr(0, 19).c_str(), took.empty() ? "" : ", took ", took.c_str());
  }
  if (closure.contains("abort_metadata") && closure["abort_metadata"].is_object()) {
    const std::string cause = Field(closure["abort_metadata"], "cause");
    std::printf("  aborted: %s\n", cause.empty() ? "no cause was given" : cause.c_str());
  }
}

struct GetValues {
  Target target;
};

void GetOptions(Options& options, GetValues& values) {
  ExecutionArgument(options, values.target);
  options.InPlace(values.target.place);
}

void PrintExecution(const Context& context, const std::string& name, const json& all) {
  const json &execution = all.at("execution"), &data = all.at("data"), &tree = all.at("tree");
  PrintHead(name, execution);
  if (const std::string story = Field(all.value("story", json::object()), "text"); !story.empty())
    std::printf("  %s\n", story.c_str());
  PrintError(execution.at("closure"), "  ");
  PrintAdvice(execution.at("closure"), tree.at("nodes"));
  PrintLiterals("inputs", data.value("full_inputs", json::object()).value("literals", json::object()),
                data.value("inputs", json()));
  PrintLiterals("outputs", data.value("full_outputs", json::object()).value("literals", json::object()),
                data.value("outputs", json()));
  const Table table =
      NodeTable(tree, std::time(nullptr), [&](const OpenSignal& signal) { return HowToSet(context, signal); });
  if (table.Empty()) return;
  std::printf("\n");
  table.Print(context.printer.IsWide());
}

int RunGet(const Context& context, const GetValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Target target = values.target;
  const auto all = FindEverything(*client, target);
  if (!all) return Complain(all.error());
  if (context.printer.IsData()) {
    context.printer.Data(*all);
  } else {
    PrintExecution(context, target.execution, *all);
  }
  return kExitOk;
}

}  // namespace

Verb GetVerb() {
  return {"get",
          kLooking,
          "one execution: phase, error, inputs, outputs, tree of its nodes",
          "sandbox get f4b8c2d6e0a1 -d staging\nsandbox get @latest -o wide",
          "/execution/id/name",
          With(GetOptions, RunGet),
          "show inspect view"};
}

}  // namespace sandbox::cli
