#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/child.h"
#include "cli/table.h"
#include "cli/times.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

// The settings of config.yaml: of a running sandbox those in force, else those that it would start with.
int RunConfigShow(const Context& context) {
  json settings;
  if (auto client = context.Connect()) {
    const auto answer = client->Settings();
    if (!answer) return Complain(answer.error());
    settings = answer->at("settings");
  } else {
    const auto text = context.host.settings(context.home, {});
    if (!text) return Complain(text.error());
    settings = json::parse(*text);
  }
  if (context.printer.IsData()) return context.printer.Data(json{{"settings", settings}}), kExitOk;
  Table table({{"SETTING"}, {"VALUE", Table::Cut::kEnd}, {"FROM"}});
  for (const json& each : settings) {
    const std::string value = TextAt(each, "value");
    table.Row({TextAt(each, "name"), each["value"].is_null() ? "-" : value, TextAt(each, "from")});
  }
  table.Print(context.printer.IsWide());
  return kExitOk;
}

int RunConfigPath(const Context& context) {
  const std::string path = context.home.Config().string();
  const bool there = std::filesystem::exists(path);
  if (context.printer.IsData()) return context.printer.Data(json{{"path", path}, {"exists", there}}), kExitOk;
  std::printf("%s\n", path.c_str());
  if (!there && !context.quiet)
    std::fprintf(stderr, "it is not there: every setting has its default; %s makes one\n",
                 CommandLine(context, "config edit").c_str());
  return kExitOk;
}

int RunConfigCheck(const Context& context) {
  const std::string path = context.home.Config().string();
  if (const auto settings = context.host.settings(context.home, {}); !settings) return Complain(settings.error());
  if (context.printer.IsData()) return context.printer.Data(json{{"path", path}, {"ok", true}}), kExitOk;
  std::printf("%s is in order\n", path.c_str());
  return kExitOk;
}

int RunConfigEdit(const Context& context) {
  std::string editor = "vi";
  for (const char* variable : {"EDITOR", "VISUAL"}) {
    if (const char* value = std::getenv(variable); value != nullptr && *value != '\0') editor = value;
  }
  std::error_code failure;
  std::filesystem::create_directories(context.home.root, failure);
  // As a shell, so that an editor may have options.
  const auto code = RunInForeground({"sh", "-c", Cat(editor, " \"$1\""), "sh", context.home.Config().string()});
  if (!code) return Complain(code.error());
  if (*code != 0) return Complain(kExitOther, Cat("the editor ", editor, " ended with exit code ", *code));
  const int checked = RunConfigCheck(context);
  if (checked == kExitOk && home::ReadRuntime(context.home) && !context.quiet)
    std::fprintf(stderr, "the sandbox that runs has read the old one; `%s` applies this one\n",
                 CommandLine(context, "reload").c_str());
  return checked;
}

}  // namespace

Verb ShowConfigVerb() {
  return {"config show",
          kLife,
          "every setting, its value and who set it",
          "sandbox config show",
          "/settings/*/name",
          Without(RunConfigShow),
          "settings configuration"};
}
Verb PathOfConfigVerb() {
  return {"config path", kLife, "where config.yaml is", "sandbox config path", "/path", Without(RunConfigPath)};
}
Verb CheckConfigVerb() {
  return {"config check",         kLife,   "whether config.yaml can be read: file, line and what is wrong",
          "sandbox config check", "/path", Without(RunConfigCheck),
          "validate lint"};
}
Verb EditConfigVerb() {
  return {"config edit",
          kLife,
          "open config.yaml in $VISUAL or $EDITOR, and check it",
          "sandbox config edit",
          "/path",
          Without(RunConfigEdit),
          "configure"};
}

}  // namespace sandbox::cli
