#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/child.h"
#include "cli/client_config.h"
#include "cli/target.h"
#include "cli/times.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct DebugValues {
  Target target;
  int attempt = -1;
  bool anew = false;
  std::vector<std::string> variables, command;
};

void DebugOptions(Options& options, DebugValues& values) {
  NodeArgument(options, values.target, "without one the pod that failed last");
  options.MoreArguments("COMMAND", values.command, "what to run instead of a shell; put -- before it");
  options.Number("--attempt", "N", values.attempt, -1, 1000000, "which attempt of the node; -1 is the last one");
  options.Texts("-e,--env", "NAME=VALUE", values.variables, "a variable of the container");
  options.Flag("--new", values.anew, "a new container although that of the attempt still runs");
  options.InPlace(values.target.place);
}

// What is started: in the attempt's own container while it runs, else in a new one of its image.
struct Session {
  std::vector<std::string> words;
  bool live = false;
};

void AddTerminal(std::vector<std::string>& words) {
  words.emplace_back("-i");
  if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) words.emplace_back("-t");
}

Session SessionOf(const Attempt& attempt, const DebugValues& values) {
  const std::string container = TextAt(attempt.pod, "container_id");
  const json& reproduction = attempt.commands["reproduce"];
  Session out;
  out.live = !values.anew && attempt.commands["shell"].is_string() && !container.empty();
  out.words = {"docker", out.live ? "exec" : "run"};
  if (!out.live) out.words.emplace_back("--rm");
  AddTerminal(out.words);
  if (!out.live) {
    std::istringstream flags(TextAt(reproduction, "flags"));
    for (std::string flag; flags >> flag;) out.words.push_back(flag);
    out.words.insert(out.words.end(), {"-e", "ATTEMPT=" + TextAt(reproduction, "command")});
  }
  for (const std::string& variable : values.variables) out.words.insert(out.words.end(), {"-e", variable});
  const std::string program = values.command.empty() ? "sh" : values.command[0];
  if (out.live) {
    out.words.insert(out.words.end(), {container, program});
  } else {
    const std::string id = TextAt(reproduction, "image_id");
    out.words.insert(out.words.end(), {"--entrypoint", program, id.empty() ? TextAt(reproduction, "image") : id});
  }
  if (!values.command.empty()) out.words.insert(out.words.end(), values.command.begin() + 1, values.command.end());
  return out;
}

void Explain(const Attempt& attempt, const Session& session) {
  const std::string pod = TextAt(attempt.pod, "name");
  const json& reproduction = attempt.commands["reproduce"];
  if (session.live) {
    std::fprintf(stderr, "in the container of %s, which runs\n", pod.c_str());
    return;
  }
  std::fprintf(stderr, "in a new container of %s, the image of %s\n", TextAt(reproduction, "image").c_str(),
               pod.c_str());
  std::fprintf(stderr, "  what the attempt ran, with its inputs: sh -c \"$ATTEMPT\"  (what it makes stays in /tmp)\n");
  std::string names;
  for (const json& name : reproduction.value("variables", json::array()))
    names += Cat(names.empty() ? "" : ", ", name.get<std::string>());
  if (!names.empty()) std::fprintf(stderr, "  without the values of %s; add them by -e NAME=VALUE\n", names.c_str());
}

int RunDebug(const Context& context, const DebugValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Target target = values.target;
  const auto attempt = FindAttempt(context, *client, target, values.attempt);
  if (!attempt) return Complain(attempt.error());
  if (!attempt->commands["reproduce"].is_object())
    return Complain(kExitOther, Cat("what pod ", TextAt(attempt->pod, "name"),
                                    " was started with was not kept; `sandbox get ", target.execution, "` shows why"));
  const Session session = SessionOf(*attempt, values);
  if (context.printer.IsData()) {
    context.printer.Data(json{{"pod", TextAt(attempt->pod, "name")}, {"live", session.live}, {"words", session.words}});
    return kExitOk;
  }
  if (!context.quiet) Explain(*attempt, session);
  if (Status ready = UseClientVariables(context.home, client->Info()); !ready) return Complain(ready.error());
  const auto code = RunInForeground(session.words);
  if (code) return *code;
  return Complain(kExitOther,
                  Cat(code.error().message, "; this verb needs the docker command, whose arguments -o json prints"));
}

}  // namespace

Verb DebugVerb() {
  return {"debug",
          kLooking,
          "a shell in the image of an attempt, with its inputs",
          "sandbox debug f4b8c2d6e0a1/n0\nsandbox debug @latest -- python -m pip list",
          "/pod",
          With(DebugOptions, RunDebug),
          "ssh enter"};
}

}  // namespace sandbox::cli
