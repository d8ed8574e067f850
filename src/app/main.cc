#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "app/serve.h"
#include "cli/verbs.h"

namespace {

using namespace sandbox;

int Run(int argc, char** argv) {
  CLI::App app{
      "A whole Flyte platform for one machine: registry, engine, scheduler, object store and console in one process.",
      "sandbox"};
  app.require_subcommand(1);
  app.fallthrough();

  std::string home, output;
  app.add_option("--home", home, "data directory (SANDBOX_HOME; default ~/.flyte/sandbox)");
  app.add_option("-o,--output", output, "json for machine-readable output")->check(CLI::IsMember({"json", "table"}));

  std::function<int()> verb;
  const auto common = [&] { return cli::Common{cli::Home::Resolve(home), output == "json"}; };
  cli::Place place;
  const auto add_place = [&](CLI::App* command) {
    command->add_option("-p,--project", place.project, "project")->capture_default_str();
    command->add_option("-d,--domain", place.domain, "domain")->capture_default_str();
  };

  cli::StartOptions start;
  CLI::App* command = app.add_subcommand("start", "start in the background and return when every port answers");
  command->add_flag("--foreground", start.foreground, "stay in the foreground");
  command->add_option("--port-base", start.port_base, "platform on N+80, object store on N+2")
      ->capture_default_str()
      ->check(CLI::Range(1024, 65000));
  command->add_flag("--auto-ports", start.auto_ports, "take free ports where the usual ones are taken");
  command->add_option("--preset", start.preset, "task resources: standard or classic")
      ->check(CLI::IsMember({"standard", "classic"}));
  command->callback([&] { verb = [&] { return app::StartVerb(common(), start); }; });

  app.add_subcommand("status", "what runs, where it listens")->callback([&] {
    verb = [&] { return cli::StatusVerb(common()); };
  });
  app.add_subcommand("stop", "stop; containers of running tasks go on, the next start continues")->callback([&] {
    verb = [&] { return cli::StopVerb(common()); };
  });
  app.add_subcommand("teardown", "stop and remove the data directory and every Docker object made by it")
      ->callback([&] { verb = [&] { return app::TeardownVerb(common()); }; });
  app.add_subcommand("version", "print the version")->callback([&] {
    verb = [&] { return cli::VersionVerb(common()); };
  });

  CLI::App* secrets =
      app.add_subcommand("secrets", "values for tasks that ask for them; kept encrypted in the data directory");
  secrets->require_subcommand(1);
  std::string group, key, from_file;
  command = secrets->add_subcommand(
      "set", "store a value: from --from-file, else from standard input, which prompts on a terminal");
  command->add_option("group", group, "group, as in Secret(group=...)")->required();
  command->add_option("key", key, "key, as in Secret(key=...)")->required();
  command->add_option("--from-file", from_file, "take the file's content, byte for byte");
  command->callback([&] { verb = [&] { return app::SetSecretVerb(common(), group, key, from_file); }; });
  secrets->add_subcommand("list", "groups and keys; never values")->callback([&] {
    verb = [&] { return app::ListSecretsVerb(common()); };
  });
  command = secrets->add_subcommand("delete", "forget a value");
  command->add_option("group", group, "group")->required();
  command->add_option("key", key, "key")->required();
  command->callback([&] { verb = [&] { return app::DeleteSecretVerb(common(), group, key); }; });

  std::vector<std::string> words;
  command = app.add_subcommand(
      "exec", "run a command with every client configured: sandbox exec -- docker build . --tag flytebasics:v1");
  command->add_option("command", words, "the command and its arguments, after --")->required();
  command->callback([&] { verb = [&] { return cli::ExecVerb(common(), words); }; });

  std::string pod_namespace, pod;
  bool follow = false;
  command = app.add_subcommand("pods", "the pods of tasks, every attempt, kept after their end");
  command->add_option("-n,--namespace", pod_namespace, "PROJECT-DOMAIN, such as flytesnacks-development; default: all");
  command->callback([&] { verb = [&] { return cli::PodsVerb(common(), pod_namespace); }; });

  command = app.add_subcommand("logs", "what a pod printed, also after its end");
  command->add_option("pod", pod, "name as `sandbox pods` prints it")->required();
  command->add_option("-n,--namespace", pod_namespace, "PROJECT-DOMAIN; needed only when the name is there twice");
  command->add_flag("-f,--follow", follow, "go on until the pod ends");
  command->callback([&] { verb = [&] { return cli::LogsVerb(common(), pod, pod_namespace, follow); }; });

  int limit = 20;
  command = app.add_subcommand("executions", "the newest executions");
  add_place(command);
  command->add_option("--limit", limit, "how many")->capture_default_str()->check(CLI::Range(1, 10000));
  command->callback([&] { verb = [&] { return cli::ExecutionsVerb(common(), place, limit); }; });

  std::string execution;
  command = app.add_subcommand("get", "one execution: phase, error, inputs, outputs, nodes");
  command->add_option("execution", execution, "name of the execution")->required();
  add_place(command);
  command->callback([&] { verb = [&] { return cli::GetVerb(common(), place, execution); }; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& mistake) {
    // A word that is no command is why none was found.
    const std::vector<std::string> left = app.remaining(true);
    if (left.empty() || left[0].starts_with('-')) return app.exit(mistake), cli::kExitUsage;
    return cli::Complain(cli::kExitUsage, Cat("unknown command ", left[0],
                                              "; `sandbox --help` and `sandbox COMMAND --help` list what there is"));
  } catch (const CLI::ParseError& mistake) {
    return app.exit(mistake) == 0 ? cli::kExitOk : cli::kExitUsage;
  }
  return verb();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& failure) {
    return cli::Complain(cli::kExitOther, failure.what());
  }
}
