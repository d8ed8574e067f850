#include "api/local/commands.h"

#include <nlohmann/json.hpp>

#include "sandbox/base/error.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

// As a shell reads one word.
std::string Quoted(const std::string& word) {
  static constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

const model::PodContainer* Primary(const model::TaskRecord& attempt) {
  const auto& definition = attempt.pod.definition;
  return definition && definition->primary < definition->containers.size()
             ? &definition->containers[definition->primary]
             : nullptr;
}

// The image as it ran, with the names of its variables, its limits and its command; a shell instead of the command is
// the reader's to choose.
json RunByHand(const model::TaskRecord& attempt) {
  const model::PodContainer* container = Primary(attempt);
  if (container == nullptr) return nullptr;
  std::string out = "docker run --rm -it";
  for (const std::string& name : container->env_names) out += Cat(" -e ", Quoted(name));
  if (container->memory_limit_bytes > 0) out += Cat(" --memory ", container->memory_limit_bytes);
  if (container->cpu_quota_millis > 0)
    out += Cat(" --cpus ", container->cpu_quota_millis / 1000, ".",
               std::to_string(1000 + container->cpu_quota_millis % 1000).substr(1));
  return Cat(out, " --entrypoint sh ", Quoted(container->image));
}

std::string CommandLineOf(const model::PodContainer& container) {
  std::string out;
  for (const auto* words : {&container.command, &container.args}) {
    for (const std::string& word : *words) out += Cat(out.empty() ? "" : " ", Quoted(word));
  }
  return out;
}

}  // namespace

json RunCommands(const model::ExecutionRecord& record, const std::string& platform) {
  const ExecutionId& id = record.id;
  const json body = {{"id", {{"project", id.project}, {"domain", id.domain}, {"name", id.name}}}};
  const auto post = [&](const char* what) {
    return Cat("curl -X POST http://", platform, "/api/v1/executions/", what,
               " -H 'Content-Type: application/json' -d ", Quoted(body.dump()));
  };
  const std::string place = Cat(" -p ", Quoted(id.project), " -d ", Quoted(id.domain), " ");
  return {{"flytectl", Cat("flytectl create execution", place, "--relaunch ", Quoted(id.name))},
          {"curl", post("relaunch")},
          {"recover", IsTerminal(record.phase) ? json(post("recover")) : json()},
          {"get", Cat("sandbox get ", Quoted(id.name), " -p ", Quoted(id.project), " -d ", Quoted(id.domain))}};
}

json AttemptCommands(const model::TaskRecord& attempt) {
  json out = {{"logs", nullptr}, {"follow", nullptr}, {"shell", nullptr}, {"run", nullptr}, {"command", nullptr}};
  if (attempt.pod_status.empty()) return out;
  const std::string pod = Quoted(attempt.generated_name);
  out["logs"] = Cat("sandbox logs ", pod);
  if (attempt.pod_status == "Running" && !attempt.pod.facts.container_id.empty())
    out["shell"] = Cat("docker exec -it ", attempt.pod.facts.container_id.substr(0, 12), " sh");
  if (!IsTerminal(attempt.phase)) out["follow"] = Cat("sandbox logs ", pod, " -f");
  out["run"] = RunByHand(attempt);
  if (const auto* container = Primary(attempt)) out["command"] = CommandLineOf(*container);
  return out;
}

}  // namespace sandbox::api
