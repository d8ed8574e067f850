#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/child.h"
#include "cli/examination.h"
#include "cli/serving.h"
#include "cli/verbs/all.h"
#include "home/instances.h"
#include "home/mounts.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct StartValues {
  std::optional<int> port_base;
  bool auto_ports = false, foreground = false, ephemeral = false;
  bool in_container = false;
  bool dry_run = false;
  bool detached = false;  // this is the background process: the first line of standard output says how it went
  std::string preset, ready_file, log_level, docker_host;
  std::vector<std::string> projects;

  home::StartOptions Wanted() const {
    return {port_base ? std::optional(static_cast<uint16_t>(*port_base)) : std::nullopt,
            auto_ports,
            preset,
            log_level,
            docker_host,
            ephemeral,
            in_container,
            projects};
  }
};

void StartOptions(Options& options, StartValues& values) {
  options.Flag("--foreground", values.foreground, "stay in the foreground");
  options.Number("--port-base", "N", values.port_base, 1024, 65000,
                 "platform on N+80, object store on N+2, registry on N; kept for the next start (default 30000)");
  options.Flag("--auto-ports", values.auto_ports, "take free ports where the usual ones are taken");
  options.Choice("--preset", {"standard", "classic"}, values.preset, "task resources");
  options.Choice("--log-level", {"debug", "info", "warning", "error"}, values.log_level, "of sandbox.log");
  options.Text("--docker-host", "ADDRESS", values.docker_host,
               "where the Docker Engine listens: unix:///path or tcp://host:port (default: it is looked for)");
  options.Texts("--project", "ID", values.projects, "create a project, where there is none of that id");
  options.Flag("--ephemeral", values.ephemeral,
               "in the foreground, on free ports, until the calling process ends; leaves nothing");
  options.Flag("--in-container", values.in_container,
               "this is a container beside those of tasks, and its ports are published");
  options.Text("--ready-file", "FILE", values.ready_file, "written as JSON once every port answers");
  options.Flag("--dry-run", values.dry_run, "say what would be started and what stands in the way, and start nothing");
  options.HiddenFlag("--detached", values.detached);
}

std::vector<std::string> BackgroundCommand(const Context& context, const StartValues& values) {
  std::vector<std::string> out = {ThisExecutable().string(), "start", "--detached", "--home",
                                  context.home.root.string()};
  if (values.port_base) out.insert(out.end(), {"--port-base", std::to_string(*values.port_base)});
  if (!values.log_level.empty()) out.insert(out.end(), {"--log-level", values.log_level});
  if (!values.docker_host.empty()) out.insert(out.end(), {"--docker-host", values.docker_host});
  for (const std::string& project : values.projects) out.insert(out.end(), {"--project", project});
  if (values.auto_ports) out.emplace_back("--auto-ports");
  if (values.in_container) out.emplace_back("--in-container");
  if (!values.preset.empty()) out.insert(out.end(), {"--preset", values.preset});
  return out;
}

// What everybody is told when it is ready.
void Announce(const Context& context, const StartValues& values, const home::RuntimeInfo& info, bool already_running) {
  PublishClientConfigs(context, info);
  if (!values.ready_file.empty()) {
    if (Status written = WriteReadyFile(context, info, values.ready_file); !written)
      std::fprintf(stderr, "warning: %s\n", written.error().message.c_str());
  }
  PrintBanner(context, info, already_running);
  std::fflush(stdout);
}

int Serve(const Context& context, const StartValues& values) {
  const Status served = context.host.serve(
      context.home, values.Wanted(), [&](const home::RuntimeInfo& info) { Announce(context, values, info, false); });
  std::error_code ignored;
  if (!values.ready_file.empty()) std::filesystem::remove(values.ready_file, ignored);
  return served ? kExitOk : Complain(served.error());
}

int ServeEphemeral(const Context& given, const StartValues& values) {
  if (!given.home_option.empty() || !given.name_option.empty())
    return Complain(kExitUsage, "--ephemeral makes a data directory of its own: leave out --home and --name");
  const auto home = home::MakeEphemeral();
  if (!home) return Complain(home.error());
  Context context = given;
  context.home = *home;
  context.home_option = home->root.string();
  return Serve(context, values);
}

// The line that the waiting process reads; from then on standard output is the log, too.
int ServeDetached(const Context& context, const StartValues& values) {
  const auto say = [](const json& line) {
    std::printf("%s\n", line.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
    std::fflush(stdout);
    dup2(STDERR_FILENO, STDOUT_FILENO);
  };
  const Status served =
      context.host.serve(context.home, values.Wanted(), [&](const home::RuntimeInfo&) { say({{"ready", true}}); });
  if (served) return kExitOk;
  say({{"reason", served.error().reason}, {"message", served.error().message}});
  return ExitCodeOf(served.error());
}

// Starts the background process and waits until it listens.
Status Launch(const Context& context, const StartValues& values) {
  const auto line = StartInBackground(BackgroundCommand(context, values), context.home.LogFile());
  if (!line) return std::unexpected(line.error());
  const json said = json::parse(*line, nullptr, false);
  if (said.is_object() && said.value("ready", false)) return {};
  const std::string log = Cat("\nlog: ", context.home.LogFile().string());
  if (!said.is_object()) return Fail(Code::kInternal, "ENDED", Cat("the sandbox ended before it was ready", log));
  return Fail(Code::kInternal, said.value("reason", ""), said.value("message", "") + log);
}

// Where a sandbox runs already.
Status MakeProjects(const home::RuntimeInfo& running, const std::vector<std::string>& ids) {
  Client client(running);
  for (const std::string& id : ids) {
    Status made = client.CreateProject(id);
    if (!made && made.error().code != Code::kAlreadyExists) return made;
  }
  return {};
}

// What a start would find; the exit code is that of `doctor`.
int TryStart(const Context& context, const StartValues& values) {
  if (const auto running = home::ReadRuntime(context.home)) {
    if (context.printer.IsData())
      return context.printer.Data(json{{"home", context.home.root.string()}, {"state", "running"}}), kExitOk;
    std::printf("A sandbox runs in %s already (process %lld): start would leave it as it is.\n",
                context.home.root.c_str(), static_cast<long long>(running->pid));
    return kExitOk;
  }
  auto report = ExamineStart(context, values.Wanted());
  if (!report) return Complain(report.error());
  std::error_code ignored;
  const bool kept = std::filesystem::exists(context.home.Database(), ignored);
  if (context.printer.IsData()) {
    (*report)["home"] = context.home.root.string();
    (*report)["state"] = kept ? "stopped" : "new";
    context.printer.Data(*report);
  } else {
    std::printf("Would start a sandbox in %s, %s.\n\n", context.home.root.c_str(),
                kept ? "where what it has goes on" : "which has none yet");
    PrintChecks(*report);
  }
  return (*report)["fail"].get<int>() == 0 ? kExitOk : kExitDoctorFailures;
}

int RunStart(const Context& context, const StartValues& values) {
  if (values.dry_run) return TryStart(context, values);
  if (values.detached) return ServeDetached(context, values);
  if (values.ephemeral) return ServeEphemeral(context, values);
  if (const auto running = home::ReadRuntime(context.home)) {
    if (Status made = MakeProjects(*running, values.projects); !made) return Complain(made.error());
    return Announce(context, values, *running, true), kExitOk;
  }
  if (Status prepared = home::Prepare(context.home); !prepared) return Complain(prepared.error());
  if (const std::string type = home::NetworkTypeOf(context.home.root); !type.empty()) {
    std::fprintf(stderr,
                 "note: %s is another machine's (%s): a folder on a disk of this one keeps work safer and "
                 "is faster (--home, SANDBOX_HOME)\n",
                 context.home.root.c_str(), type.c_str());
  }
  if (values.foreground) return Serve(context, values);
  if (Status launched = Launch(context, values); !launched) {
    // Somebody else starts it at the same time.
    const auto other = launched.error().reason == "STATE_LOCKED" ? home::AwaitRuntime(context.home) : std::nullopt;
    if (other) return Announce(context, values, *other, true), kExitOk;
    return Complain(launched.error());
  }
  const auto info = home::ReadRuntime(context.home);
  if (!info)
    return Complain(kExitOther, Cat("the sandbox ended right after it started; see ", context.home.LogFile().string()));
  std::string why;
  if (!WaitUntilServing(*info, 20000, why))
    return Complain(kExitTimeout,
                    Cat("the sandbox runs but ", why, " does not answer; see ", context.home.LogFile().string()));
  return Announce(context, values, *info, false), kExitOk;
}

}  // namespace

Verb StartVerb() {
  return {"start",
          kLife,
          "start in the background and return when every port answers",
          "sandbox start --preset classic\nsandbox start --name second\n"
          "sandbox start --ephemeral --ready-file ready.json -o json",
          "/home",
          With(StartOptions, RunStart),
          "up begin serve server demo init"};
}

}  // namespace sandbox::cli
