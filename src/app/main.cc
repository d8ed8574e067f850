#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <functional>
#include <string>
#include <vector>

#include "app/serve.h"
#include "cli/place.h"
#include "cli/verbs.h"

namespace {

using namespace sandbox;

// What the words of the command line are read into, and the verb that they name.
struct Line {
  std::string program, home, output;
  std::function<int()> verb;
  cli::StartOptions start;
  cli::Place place;
  std::string group, key, from_file;
  std::vector<std::string> words;
  std::string pod_namespace, target, execution, signal, value;
  bool follow = false;
  int limit = 20;

  cli::Common Common() const { return {cli::Home::Resolve(home), output == "json", program, home}; }
};

// A verb with its example; `run` gets the common options.
CLI::App* Add(CLI::App& app, Line& line, const std::string& name, const std::string& what, const std::string& example,
              std::function<int(const cli::Common&)> run) {
  CLI::App* command = app.add_subcommand(name, what);
  command->footer("Example:\n  " + example);
  command->callback([&line, run = std::move(run)] { line.verb = [&line, run] { return run(line.Common()); }; });
  return command;
}

void AddPlace(CLI::App* command, Line& line) {
  const auto given = [&line](const std::string&) { line.place.given = true; };
  command->add_option("-p,--project", line.place.project, "project")->capture_default_str()->each(given);
  command->add_option("-d,--domain", line.place.domain, "domain")->capture_default_str()->each(given);
}

void AddLife(CLI::App& app, Line& line) {
  CLI::App* command = Add(app, line, "start", "start in the background and return when every port answers",
                          "sandbox start --preset classic",
                          [&line](const cli::Common& common) { return app::StartVerb(common, line.start); });
  command->add_flag("--foreground", line.start.foreground, "stay in the foreground");
  command->add_option("--port-base", line.start.port_base, "platform on N+80, object store on N+2")
      ->capture_default_str()
      ->check(CLI::Range(1024, 65000));
  command->add_flag("--auto-ports", line.start.auto_ports, "take free ports where the usual ones are taken");
  command->add_option("--preset", line.start.preset, "task resources: standard or classic")
      ->check(CLI::IsMember({"standard", "classic"}));

  Add(app, line, "status", "what runs, where it listens, what its pods use", "sandbox status -o json", cli::StatusVerb);
  Add(app, line, "stop", "stop; containers of running tasks go on, the next start continues", "sandbox stop",
      cli::StopVerb);
  Add(app, line, "teardown", "stop and remove the data directory and every Docker object made by it",
      "sandbox teardown", app::TeardownVerb);
  Add(app, line, "version", "print the version", "sandbox version", cli::VersionVerb);
}

void AddClients(CLI::App& app, Line& line) {
  Add(app, line, "env", "print the variables that lead pyflyte, flytectl, aws and docker to this sandbox",
      "eval \"$(sandbox env)\"", cli::EnvVerb);
  CLI::App* command = Add(app, line, "exec", "run a command with every client configured, and return its exit code",
                          "sandbox exec -- docker build . --tag flytebasics:v1",
                          [&line](const cli::Common& common) { return cli::ExecVerb(common, line.words); });
  command->add_option("command", line.words, "the command and its arguments, after --")->required();
}

void AddSecrets(CLI::App& app, Line& line) {
  CLI::App* secrets =
      app.add_subcommand("secrets", "values for tasks that ask for them; kept encrypted in the data directory");
  secrets->require_subcommand(1);
  const auto add_key = [&](CLI::App* command) {
    command->add_option("group", line.group, "group, as in Secret(group=...)")->required();
    command->add_option("key", line.key, "key, as in Secret(key=...)")->required();
  };
  CLI::App* command = Add(
      *secrets, line, "set", "store a value: from --from-file, else from standard input, which prompts on a terminal",
      "sandbox secrets set user-info user_secret --from-file token.txt",
      [&line](const cli::Common& common) { return app::SetSecretVerb(common, line.group, line.key, line.from_file); });
  add_key(command);
  command->add_option("--from-file", line.from_file, "take the file's content, byte for byte");
  Add(*secrets, line, "list", "groups and keys; never values", "sandbox secrets list", app::ListSecretsVerb);
  add_key(Add(*secrets, line, "delete", "forget a value", "sandbox secrets delete user-info user_secret",
              [&line](const cli::Common& common) { return app::DeleteSecretVerb(common, line.group, line.key); }));
}

void AddLooking(CLI::App& app, Line& line) {
  Add(app, line, "projects", "the projects and their domains: what -p and -d take", "sandbox projects",
      cli::ProjectsVerb);
  CLI::App* command =
      Add(app, line, "executions", "the newest executions", "sandbox executions -d staging --limit 5",
          [&line](const cli::Common& common) { return cli::ExecutionsVerb(common, line.place, line.limit); });
  AddPlace(command, line);
  command->add_option("--limit", line.limit, "how many")->capture_default_str()->check(CLI::Range(1, 10000));

  command = Add(app, line, "get", "one execution: phase, error, inputs, outputs, the tree of its nodes",
                "sandbox get f4b8c2d6e0a1 -d staging",
                [&line](const cli::Common& common) { return cli::GetVerb(common, line.place, line.execution); });
  command->add_option("execution", line.execution, "name of the execution")->required();
  AddPlace(command, line);

  command = Add(app, line, "pods", "the pods of tasks, every attempt, kept after their end",
                "sandbox pods -n flytesnacks-staging\n  sandbox pods f4b8c2d6e0a1", [&line](const cli::Common& common) {
                  return cli::PodsVerb(common, line.place, line.execution, line.pod_namespace);
                });
  command->add_option("execution", line.execution, "of this execution only, and of those that it launched");
  command->add_option("-n,--namespace", line.pod_namespace,
                      "PROJECT-DOMAIN, such as flytesnacks-development; default: all");
  AddPlace(command, line);

  command = Add(app, line, "logs", "what a pod printed, also after its end",
                "sandbox logs f4b8c2d6e0a1-n0-0 -f   one pod\n"
                "  sandbox logs f4b8c2d6e0a1/n0         its node's, or a list of pods to choose from",
                [&line](const cli::Common& common) {
                  return cli::LogsVerb(common, line.place, line.target, line.pod_namespace, line.follow);
                });
  command->add_option("target", line.target, "POD, EXECUTION or EXECUTION/NODE")->required();
  command->add_option("-n,--namespace", line.pod_namespace, "PROJECT-DOMAIN; needed only when the pod is there twice");
  command->add_flag("-f,--follow", line.follow, "go on until the pod ends");
  AddPlace(command, line);
}

void AddSignals(CLI::App& app, Line& line) {
  CLI::App* command = Add(app, line, "set", "set a signal that an execution waits for",
                          "sandbox set f4b8c2d6e0a1 amount 42\n  sandbox set f4b8c2d6e0a1 sizes '[1, 2]'",
                          [&line](const cli::Common& common) {
                            return cli::SetVerb(common, line.place, line.execution, line.signal, line.value);
                          });
  command->add_option("execution", line.execution, "name of the execution")->required();
  command->add_option("signal", line.signal, "name of the signal, as `sandbox get` prints it")->required();
  command->add_option("value", line.value, "the value; lists, maps and structures as JSON")->required();
  AddPlace(command, line);
  for (const bool approved : {true, false}) {
    const std::string name = approved ? "approve" : "reject";
    command = Add(app, line, name, name + " what an execution waits for", "sandbox " + name + " f4b8c2d6e0a1",
                  [&line, approved](const cli::Common& common) {
                    return cli::ApproveVerb(common, line.place, line.execution, line.signal, approved);
                  });
    command->add_option("execution", line.execution, "name of the execution")->required();
    command->add_option("signal", line.signal, "which one, when it waits for several");
    AddPlace(command, line);
  }
}

// `set E S -5`: a number is a value, no option.
std::vector<std::string> Words(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const auto verb = std::ranges::find(words, "set");
  const auto number = std::find_if(verb, words.end(), [](const std::string& word) {
    return word.size() > 1 && word[0] == '-' && (std::isdigit(static_cast<unsigned char>(word[1])) || word[1] == '.');
  });
  if (number != words.end()) words.insert(number, "--");
  std::ranges::reverse(words);  // as the parser takes them
  return words;
}

int Run(int argc, char** argv) {
  CLI::App app{
      "A whole Flyte platform for one machine: registry, engine, scheduler, object store and console in one process.",
      "sandbox"};
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "First steps:\n  sandbox start\n  eval \"$(sandbox env)\"\n  pyflyte run --remote example.py wf\n"
      "  sandbox executions\n  sandbox get EXECUTION\n\n`sandbox COMMAND --help` has an example of each.");

  Line line;
  line.program = argv[0];
  app.add_option("--home", line.home, "data directory (SANDBOX_HOME; default ~/.flyte/sandbox)");
  app.add_option("-o,--output", line.output, "json for machine-readable output")
      ->check(CLI::IsMember({"json", "table"}));
  AddLife(app, line);
  AddClients(app, line);
  AddLooking(app, line);
  AddSignals(app, line);
  AddSecrets(app, line);

  try {
    app.parse(Words(argc, argv));
  } catch (const CLI::ParseError& mistake) {
    if (mistake.get_exit_code() == 0) return app.exit(mistake), cli::kExitOk;  // --help
    // A word that is no command is why none was found.
    const std::vector<std::string> left = app.remaining(true);
    if (mistake.get_name() == "RequiredError" && !left.empty() && !left[0].starts_with('-'))
      return cli::Complain(cli::kExitUsage, Cat("unknown command ", left[0],
                                                "; `sandbox --help` and `sandbox COMMAND --help` list what there is"));
    std::string verb;
    for (const CLI::App* command : app.get_subcommands()) verb += " " + command->get_name();
    return cli::Complain(cli::kExitUsage,
                         Cat(mistake.what(), "; `sandbox", verb, " --help` lists what it takes, with an example"));
  }
  return line.verb();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& failure) {
    return cli::Complain(cli::kExitOther, failure.what());
  }
}
