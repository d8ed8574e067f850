#include "api/local/reproduce.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::api {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

// What `sandbox exec` sets, so that a container on the host's network finds this object store.
constexpr const char* kFromExec[] = {"FLYTE_AWS_ENDPOINT", "FLYTE_AWS_ACCESS_KEY_ID", "FLYTE_AWS_SECRET_ACCESS_KEY"};
// Where it puts what it makes, so that the execution's own outputs stay.
constexpr std::pair<const char*, const char*> kInside[] = {{"--output-prefix", "/tmp/outputs"},
                                                           {"--raw-output-data-prefix", "/tmp/raw"},
                                                           {"--checkpoint-path", "/tmp/checkpoints"}};

std::string Redirected(const Words& words, size_t index) {
  for (const auto& [option, path] : kInside) {
    if (index > 0 && words[index - 1] == option) return path;
  }
  return words[index] == "\"\"" ? "" : words[index];
}

json After(const Words& words, const char* option) {
  const auto at = std::ranges::find(words, option);
  return at == words.end() || at + 1 == words.end() ? json() : json(at[1]);
}

bool IsFromExec(const std::string& name) {
  return std::ranges::any_of(kFromExec, [&name](const char* each) { return name == each; });
}

std::string Cpus(int64_t millis) {
  std::string text = Cat(millis / 1000, ".", std::to_string(1000 + millis % 1000).substr(1));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// By these a task knows which execution and which try of it this is, and a container of a map finds its item. The
// values of others are not stored.
std::optional<std::string> KnownValue(const model::TaskRecord& attempt, const std::string& name) {
  const ExecutionId& execution = attempt.id.node.execution;
  if (name == "FLYTE_INTERNAL_EXECUTION_PROJECT") return execution.project;
  if (name == "FLYTE_INTERNAL_EXECUTION_DOMAIN") return execution.domain;
  if (name == "FLYTE_INTERNAL_EXECUTION_ID") return execution.name;
  if (attempt.item < 0)
    return name == "FLYTE_ATTEMPT_NUMBER" ? std::optional(std::to_string(attempt.id.attempt)) : std::nullopt;
  if (name == "BATCH_JOB_ARRAY_INDEX_VAR_NAME") return "FLYTE_K8S_ARRAY_INDEX";
  if (name == "FLYTE_K8S_ARRAY_INDEX") return std::to_string(attempt.item);
  return std::nullopt;
}

// What stands before the image: on the host's network, so that `sandbox exec` leads it to this object store.
std::string RunFlags(const model::TaskRecord& attempt, const model::PodContainer& container) {
  std::string out = " --network host";
  for (const std::string& name : container.env_names) {
    if (const auto value = KnownValue(attempt, name)) {
      out += Cat(" -e ", ShellWord(Cat(name, "=", *value)));
    } else if (IsFromExec(name)) {
      out += Cat(" -e ", ShellWord(name));
    }
  }
  return out + LimitFlags(container);
}

// The command of the attempt from its word `from` on, with what it makes inside of the container.
std::string CommandWords(const Words& words, size_t from) {
  std::string out;
  for (size_t i = from; i < words.size(); ++i) out += Cat(i == from ? "" : " ", ShellWord(Redirected(words, i)));
  return out;
}

std::string DockerRun(const model::PodContainer& container, const std::string& flags, const Words& words,
                      const std::string& image) {
  std::string out = Cat("sandbox exec -- docker run --rm -it", flags);
  const bool own_entry = !container.command.empty();
  if (own_entry) out += Cat(" --entrypoint ", ShellWord(words[0]));
  out += Cat(" ", ShellWord(image));
  const std::string rest = CommandWords(words, own_entry ? 1 : 0);
  return rest.empty() ? out : Cat(out, " ", rest);
}

}  // namespace

std::string ShellWord(const std::string& word) {
  static constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

const model::PodContainer* PrimaryOf(const model::TaskRecord& attempt) {
  const auto& definition = attempt.pod.definition;
  return definition && definition->primary < definition->containers.size()
             ? &definition->containers[definition->primary]
             : nullptr;
}

std::string LimitFlags(const model::PodContainer& container) {
  std::string out;
  if (const int64_t memory = container.memory_limit_bytes; memory > 0)
    out += Cat(" --memory ", memory, " --memory-swap ", memory);
  if (container.cpu_quota_millis > 0) out += Cat(" --cpus ", Cpus(container.cpu_quota_millis));
  return out;
}

json Reproduction(const model::TaskRecord& attempt) {
  const model::PodContainer* container = PrimaryOf(attempt);
  if (container == nullptr) return nullptr;
  Words words = container->command;
  words.insert(words.end(), container->args.begin(), container->args.end());
  const std::string& id = attempt.pod.facts.image_id;
  json variables = json::array();
  for (const std::string& name : container->env_names) {
    const bool known = IsFromExec(name) || name.starts_with("FLYTE_") || KnownValue(attempt, name);
    if (!known) variables.push_back(name);
  }
  json archive = After(words, "--additional-distribution"), inputs = After(words, "--inputs");
  json notes = {"time", "cache", archive.is_null() && inputs.is_null() ? "files" : "outputs"};
  if (!variables.empty()) notes.push_back("variables");
  const std::string flags = RunFlags(attempt, *container);
  return {{"docker_run", DockerRun(*container, flags, words, id.empty() ? container->image : id)},
          {"flags", flags.substr(1)},
          {"command", CommandWords(words, 0)},
          {"image", container->image},
          {"image_id", id.empty() ? json() : json(id)},
          {"code_archive_uri", std::move(archive)},
          {"inputs_uri", std::move(inputs)},
          {"variables", std::move(variables)},
          {"notes", std::move(notes)}};
}

}  // namespace sandbox::api
