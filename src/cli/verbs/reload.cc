#include <unistd.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/child.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct ReloadValues {
  bool dry_run = false;
};

void ReloadOptions(Options& options, ReloadValues& values) {
  options.Flag("--dry-run", values.dry_run, "only say what is different");
}

json RowsByName(const json& settings) {
  json out = json::object();
  for (const json& row : settings) out[row.value("name", "")] = row;
  return out;
}

// A setting that is not set has none.
std::string ValueOf(const json& row) {
  return row.contains("value") && row["value"].is_string() ? row["value"].get<std::string>() : "";
}

// [{name, before, after}]: what runs, and what the file says now.
json Differences(const json& runs, const json& file) {
  json out = json::array();
  const json before = RowsByName(runs), after = RowsByName(file);
  for (const auto& [name, row] : after.items()) {
    const std::string was = before.contains(name) ? ValueOf(before[name]) : "", is = ValueOf(row);
    if (was != is) out.push_back({{"name", name}, {"before", was}, {"after", is}});
  }
  return out;
}

void PrintDifferences(const json& changed) {
  const auto shown = [](const json& row, const char* key) {
    const std::string value = row.value(key, "");
    return value.empty() ? std::string("(none)") : value;
  };
  for (const json& row : changed)
    std::printf("  %s: %s -> %s\n", row.value("name", "").c_str(), shown(row, "before").c_str(),
                shown(row, "after").c_str());
}

// One that was started in the background, which a start in the background replaces.
bool IsInBackground(const home::RuntimeInfo& info) { return getsid(static_cast<pid_t>(info.pid)) == info.pid; }

// What the command line of its start gave, which the next one gives again.
home::StartOptions OptionsOf(const json& settings) {
  home::StartOptions out;
  for (const json& row : settings) {
    if (row.value("from", "") != "command line") continue;
    const std::string name = row.value("name", "");
    if (name == "preset") out.preset = ValueOf(row);
    if (name == "log_level") out.log_level = ValueOf(row);
    if (name == "docker_host") out.docker_host = ValueOf(row);
  }
  return out;
}

Status RestartSandbox(const Context& context, const home::StartOptions& options) {
  if (Status stopped = StopProcess(context); !stopped) return stopped;
  std::vector<std::string> command = {ThisExecutable().string(), "start", "--detached", "--home",
                                      context.home.root.string()};
  for (const auto& [option, value] : {std::pair("--preset", &options.preset),
                                      {"--log-level", &options.log_level},
                                      {"--docker-host", &options.docker_host}}) {
    if (!value->empty()) command.insert(command.end(), {option, *value});
  }
  const auto line = StartInBackground(command, context.home.LogFile());
  if (!line) return std::unexpected(line.error());
  const json said = json::parse(*line, nullptr, false);
  if (said.is_object() && said.value("ready", false)) return {};
  return Fail(Code::kInternal, said.is_object() ? said.value("reason", "") : "",
              Cat("it was stopped and did not start again: ", said.is_object() ? said.value("message", "") : *line,
                  "\nlog: ", context.home.LogFile().string()));
}

int RunReload(const Context& context, const ReloadValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const auto runs = client->Settings();
  if (!runs) return Complain(runs.error());
  const json& settings = (*runs)["settings"];
  const home::StartOptions options = OptionsOf(settings);
  const auto file = context.host.settings(context.home, options);
  if (!file) return Complain(file.error());  // what runs goes on with what it has
  const json changed = Differences(settings, json::parse(*file));
  const bool applies = !changed.empty() && !values.dry_run;
  if (applies && !IsInBackground(client->Info()))
    return Complain(kExitOther, Cat("the sandbox runs in the foreground (process ", client->Info().pid,
                                    "): end it and start it again there; --dry-run says what is different"));
  if (applies) {
    if (Status restarted = RestartSandbox(context, options); !restarted) return Complain(restarted.error());
  }
  if (context.printer.IsData()) {
    context.printer.Data(json{{"changed", changed}, {"restarted", applies}});
    return kExitOk;
  }
  if (changed.empty()) return std::printf("nothing is different from %s\n", context.home.Config().c_str()), kExitOk;
  std::printf("%s\n", applies ? "applied by a restart; tasks that run went on:" : "a reload would apply by a restart:");
  PrintDifferences(changed);
  return kExitOk;
}

}  // namespace

Verb ReloadVerb() {
  return {"reload",
          kLife,
          "apply a changed config.yaml, and say what is different",
          "sandbox reload --dry-run",
          "/changed/*/name",
          With(ReloadOptions, RunReload),
          "restart apply refresh"};
}

}  // namespace sandbox::cli
