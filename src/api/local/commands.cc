#include "api/local/commands.h"

#include <nlohmann/json.hpp>

#include "api/local/reproduce.h"
#include "sandbox/base/error.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

// The image as it ran, with the names of its variables, its limits and its command; a shell instead of the command is
// the reader's to choose.
json RunByHand(const model::TaskRecord& attempt) {
  const model::PodContainer* container = PrimaryOf(attempt);
  if (container == nullptr) return nullptr;
  std::string out = "docker run --rm -it";
  for (const std::string& name : container->env_names) out += Cat(" -e ", ShellWord(name));
  return Cat(out, LimitFlags(*container), " --entrypoint sh ", ShellWord(container->image));
}

std::string CommandLineOf(const model::PodContainer& container) {
  std::string out;
  for (const auto* words : {&container.command, &container.args}) {
    for (const std::string& word : *words) out += Cat(out.empty() ? "" : " ", ShellWord(word));
  }
  return out;
}

}  // namespace

json RunCommands(const model::ExecutionRecord& record, const std::string& platform) {
  const ExecutionId& id = record.id;
  const json body = {{"id", {{"project", id.project}, {"domain", id.domain}, {"name", id.name}}}};
  const auto post = [&](const char* what) {
    return Cat("curl -X POST http://", platform, "/api/v1/executions/", what,
               " -H 'Content-Type: application/json' -d ", ShellWord(body.dump()));
  };
  const std::string place = Cat(" -p ", ShellWord(id.project), " -d ", ShellWord(id.domain), " ");
  return {
      {"flytectl", Cat("flytectl create execution", place, "--relaunch ", ShellWord(id.name))},
      {"curl", post("relaunch")},
      {"recover", IsTerminal(record.phase) ? json(post("recover")) : json()},
      {"get", Cat("sandbox get ", ShellWord(id.name), " -p ", ShellWord(id.project), " -d ", ShellWord(id.domain))}};
}

json AttemptCommands(const model::TaskRecord& attempt) {
  json out = {{"logs", nullptr}, {"follow", nullptr},  {"shell", nullptr},
              {"run", nullptr},  {"command", nullptr}, {"reproduce", nullptr}};
  if (attempt.pod_status.empty()) return out;
  const std::string pod = ShellWord(attempt.generated_name);
  out["logs"] = Cat("sandbox logs ", pod);
  if (attempt.pod_status == "Running" && !attempt.pod.facts.container_id.empty())
    out["shell"] = Cat("docker exec -it ", attempt.pod.facts.container_id.substr(0, 12), " sh");
  if (!IsTerminal(attempt.phase)) out["follow"] = Cat("sandbox logs ", pod, " -f");
  out["run"] = RunByHand(attempt);
  if (const auto* container = PrimaryOf(attempt)) out["command"] = CommandLineOf(*container);
  out["reproduce"] = Reproduction(attempt);
  return out;
}

}  // namespace sandbox::api
