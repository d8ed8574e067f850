#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/child.h"
#include "cli/serving.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct StartValues {
  int port_base = 30000;
  bool auto_ports = false, foreground = false;
  bool detached = false;  // this is the background process: the first line of standard output says how it went
  std::string preset;

  home::StartOptions Wanted() const { return {static_cast<uint16_t>(port_base), auto_ports, preset}; }
};

void StartOptions(Options& options, StartValues& values) {
  options.Flag("--foreground", values.foreground, "stay in the foreground");
  options.Number("--port-base", "N", values.port_base, 1024, 65000,
                 "platform on N+80, object store on N+2, registry on N");
  options.Flag("--auto-ports", values.auto_ports, "take free ports where the usual ones are taken");
  options.Choice("--preset", {"standard", "classic"}, values.preset, "task resources");
  options.HiddenFlag("--detached", values.detached);
}

std::vector<std::string> BackgroundCommand(const Context& context, const StartValues& values) {
  std::vector<std::string> out = {
      ThisExecutable().string(),       "start", "--detached", "--home", context.home.root.string(), "--port-base",
      std::to_string(values.port_base)};
  if (values.auto_ports) out.emplace_back("--auto-ports");
  if (!values.preset.empty()) out.insert(out.end(), {"--preset", values.preset});
  return out;
}

int Serve(const Context& context, const StartValues& values) {
  const auto ready = [&](const home::RuntimeInfo& info) {
    PublishClientConfigs(context, info);
    PrintBanner(context, info, false);
    std::fflush(stdout);
  };
  const Status served = context.host.serve(context.home, values.Wanted(), ready);
  return served ? kExitOk : Complain(served.error());
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

int RunStart(const Context& context, const StartValues& values) {
  if (values.detached) return ServeDetached(context, values);
  if (const auto running = home::ReadRuntime(context.home)) {
    PublishClientConfigs(context, *running);
    PrintBanner(context, *running, true);
    return kExitOk;
  }
  std::error_code failure;
  std::filesystem::create_directories(context.home.root, failure);
  if (failure) return Complain(kExitOther, Cat("cannot make ", context.home.root.string(), ": ", failure.message()));
  if (values.foreground) return Serve(context, values);
  if (Status launched = Launch(context, values); !launched) return Complain(launched.error());
  const auto info = home::ReadRuntime(context.home);
  if (!info)
    return Complain(kExitOther, Cat("the sandbox ended right after it started; see ", context.home.LogFile().string()));
  std::string why;
  if (!WaitUntilServing(*info, 20000, why))
    return Complain(kExitTimeout,
                    Cat("the sandbox runs but ", why, " does not answer; see ", context.home.LogFile().string()));
  PublishClientConfigs(context, *info);
  PrintBanner(context, *info, false);
  return kExitOk;
}

}  // namespace

Verb StartVerb() {
  return {"start",
          kLife,
          "start in the background and return when every port answers",
          "sandbox start --preset classic",
          kData,
          With(StartOptions, RunStart),
          "up begin serve server demo init"};
}

}  // namespace sandbox::cli
