#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/child.h"
#include "cli/target.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

struct UiValues {
  Target target;
  bool print = false;
};

void UiOptions(Options& options, UiValues& values) {
  OptionalExecutionArgument(options, values.target, "its page instead of the first one");
  options.Flag("--print", values.print, "print the address only");
  options.InPlace(values.target.place);
}

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

// The program that opens an address; empty: there is no screen to show it on.
std::string Opener() {
  if (IsSet("BROWSER")) return std::getenv("BROWSER");
  if (IsSet("WSL_DISTRO_NAME")) return "wslview";
  return IsSet("DISPLAY") || IsSet("WAYLAND_DISPLAY") ? "xdg-open" : "";
}

int RunUi(const Context& context, const UiValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  std::string address = Cat("http://localhost:", client->Info().port, "/console");
  Target target = values.target;
  if (!target.execution.empty()) {
    if (const auto found = FindTree(*client, target); !found) return Complain(found.error());
    address = ConsoleAddress(client->Info(), target.place, target.execution);
  } else if (target.place.given) {
    address = ConsoleAddress(client->Info(), target.place, "");
  }
  if (context.printer.IsData()) return context.printer.Data(nlohmann::json{{"address", address}}), kExitOk;
  std::printf("%s\n", address.c_str());
  if (!context.host.has_console)
    std::fprintf(stderr, "this build has no console; `sandbox get` and `sandbox describe` show executions\n");
  const std::string opener = Opener();
  if (values.print || !context.host.has_console) return kExitOk;
  if (opener.empty()) {
    if (!context.quiet) std::fprintf(stderr, "no browser was found here; open the address in one\n");
    return kExitOk;
  }
  std::fflush(stdout);
  if (const auto opened = RunInForeground({opener, address}); !opened || *opened != 0)
    std::fprintf(stderr, "%s did not open it; open the address in a browser\n", opener.c_str());
  return kExitOk;
}

}  // namespace

Verb UiVerb() {
  return {"ui",
          kClients,
          "open the console in a browser, or print its address",
          "sandbox ui\nsandbox ui @latest --print",
          "/address",
          With(UiOptions, RunUi),
          "console open browser web dashboard"};
}

}  // namespace sandbox::cli
