#include "cli/context.h"

#include <utility>

#include "sandbox/base/encoding.h"

namespace sandbox::cli {

Result<home::RuntimeInfo> Context::Running() const {
  auto info = home::AwaitRuntime(home);
  if (info) return *std::move(info);
  return Fail(Code::kUnavailable, "NOT_RUNNING",
              Cat("no sandbox runs in ", home.root.string(), "; start it with: ", CommandLine(*this, "start")));
}

Result<Client> Context::Connect() const {
  auto info = Running();
  if (!info) return std::unexpected(std::move(info.error()));
  return Client(*std::move(info));
}

std::string ConsoleAddress(const home::RuntimeInfo& info, const Place& place, const std::string& execution) {
  return Cat("http://localhost:", info.port, "/console/projects/", PercentEncode(place.project), "/domains/",
             PercentEncode(place.domain), "/executions", execution.empty() ? "" : "/" + PercentEncode(execution));
}

std::string ShellQuote(const std::string& text) {
  static constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=@%+,";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string CommandLine(const Context& context, std::string_view words) {
  return Cat(context.program, context.home_option.empty() ? "" : " --home " + ShellQuote(context.home_option),
             context.name_option.empty() ? "" : " --name " + context.name_option, " ", words);
}

std::string CommandLine(const Context& context, const Place& place, std::string_view words) {
  const Place usual;
  return Cat(CommandLine(context, words), place.project == usual.project ? "" : " -p " + place.project,
             place.domain == usual.domain ? "" : " -d " + place.domain);
}

}  // namespace sandbox::cli
