#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/target.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct ReproValues {
  Target target;
  int attempt = -1;
};

void ReproOptions(Options& options, ReproValues& values) {
  NodeArgument(options, values.target, "without one the pod that failed last");
  options.Number("--attempt", "N", values.attempt, -1, 1000000, "which attempt of the node; -1 is the last one");
  options.InPlace(values.target.place);
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
  Target target = values.target;
  const auto attempt = FindAttempt(context, *client, target, values.attempt);
  if (!attempt) return Complain(attempt.error());
  const json& pod = attempt->pod;
  const json& reproduction = attempt->commands["reproduce"];
  if (!reproduction.is_object())
    return Complain(kExitOther, Cat("what pod ", pod.value("name", ""), " was started with was not kept"));
  if (context.printer.IsData()) {
    context.printer.Data(reproduction);
  } else {
    Print(pod, reproduction);
  }
  return kExitOk;
}

}  // namespace

Verb ReproVerb() {
  return {"repro",
          kLooking,
          "the docker run that repeats an attempt: image, command, limits",
          "sandbox repro f4b8c2d6e0a1/n0",
          "/image",
          With(ReproOptions, RunRepro),
          "reproduce"};
}

}  // namespace sandbox::cli
