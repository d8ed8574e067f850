#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/place.h"
#include "cli/tree.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct ReproValues {
  Place place;
  std::string target;
  int attempt = -1;
};

void ReproOptions(Options& options, ReproValues& values) {
  options.Argument("TARGET", values.target, "EXECUTION or EXECUTION/NODE; of an execution the pod that failed last");
  options.Number("--attempt", "N", values.attempt, -1, 1000000, "which attempt of the node; -1 is the last one");
  options.InPlace(values.place);
}

// What is not the same, by the names of the local API.
std::string NoteText(const std::string& note, const json& reproduction) {
  static const std::map<std::string, std::string> kTexts = {
      {"time", "its clock and what it reads from elsewhere are of now"},
      {"cache", "the cache is neither asked nor filled"},
      {"outputs", "its outputs stay in the container, below /tmp"},
      {"files", "a raw container finds no inputs at its paths, and its outputs are not taken out"},
  };
  if (note == "variables") {
    std::string names;
    for (const json& name : reproduction["variables"]) names += (names.empty() ? "" : ", ") + name.get<std::string>();
    return Cat("without the values of ", names, "; add them by -e NAME=VALUE");
  }
  const auto known = kTexts.find(note);
  return known == kTexts.end() ? note : known->second;
}

// The pod that is meant, or null: of that attempt, else the last that failed, else the last.
const json* Chosen(const std::vector<json>& pods, int attempt) {
  const json* chosen = nullptr;
  bool failed = false;
  for (const json& pod : pods) {
    if (attempt >= 0 && pod.value("attempt", 0) != attempt) continue;
    const bool ended_badly = pod["exit_code"].is_number() && pod["exit_code"] != 0;
    if (failed && !ended_badly) continue;
    chosen = &pod;
    failed = ended_badly;
  }
  return chosen;
}

void Print(const json& pod, const json& reproduction) {
  std::printf("%s\n", reproduction["docker_run"].get<std::string>().c_str());
  std::fflush(stdout);
  std::fprintf(stderr, "\n%s of image %s. What is not the same:\n", pod.value("name", "").c_str(),
               reproduction["image"].get<std::string>().c_str());
  for (const json& note : reproduction["notes"])
    std::fprintf(stderr, "  %s\n", NoteText(note.get<std::string>(), reproduction).c_str());
}

int RunRepro(const Context& context, const ReproValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Place place = values.place;
  const size_t slash = values.target.find('/');
  const std::string execution = values.target.substr(0, slash);
  const std::string node = slash == std::string::npos ? "" : values.target.substr(slash + 1);
  const auto tree = FindTree(*client, place, execution);
  if (!tree) return Complain(tree.error());
  const std::string hint = CommandLine(context, place, "get " + execution);
  if (!node.empty() && !HasNode(*tree, node))
    return Complain(kExitOther,
                    Cat("execution ", execution, " has no node ", node, " yet; ", hint, " shows its nodes"));
  const std::vector<json> pods = PodsIn(*tree, node);
  const json* pod = Chosen(pods, values.attempt);
  if (pod == nullptr) {
    const std::string attempt = values.attempt < 0 ? "" : Cat(" of attempt ", values.attempt);
    return Complain(kExitOther, Cat(node.empty() ? Cat("execution ", execution) : Cat("node ", node), " has no pod",
                                    attempt, ", so nothing to repeat; ", hint, " shows why"));
  }
  const auto commands = client->AttemptCommands(place, pod->value("execution", execution), pod->value("node", ""),
                                                pod->value("attempt", 0));
  if (!commands) return Complain(commands.error());
  const json& reproduction = (*commands)["reproduce"];
  if (!reproduction.is_object())
    return Complain(kExitOther, Cat("what pod ", pod->value("name", ""), " was started with was not kept"));
  if (context.printer.IsData()) {
    context.printer.Data(reproduction);
  } else {
    Print(*pod, reproduction);
  }
  return kExitOk;
}

}  // namespace

Verb ReproVerb() {
  return {"repro",
          kLooking,
          "the docker run that repeats an attempt: image, command, limits",
          "sandbox repro f4b8c2d6e0a1/n0",
          kData,
          With(ReproOptions, RunRepro),
          "reproduce"};
}

}  // namespace sandbox::cli
