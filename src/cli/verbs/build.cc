#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "builds/journal.h"
#include "cli/build_plan.h"
#include "cli/build_view.h"
#include "cli/table.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

void BuildOptions(Options& options, BuildWords& words) {
  options.Argument("CONTEXT", words.context, "the folder that the Dockerfile copies from");
  options.Texts("-t,--tag", "NAME:TAG", words.tags, "a name of the image: what tasks have in container_image");
  options.Text("-f,--file", "FILE", words.file, "the Dockerfile, if not CONTEXT/Dockerfile; - reads standard input");
  options.Texts("--build-arg", "NAME=VALUE", words.args, "for ARG; NAME alone takes it of the environment");
  options.Text("--target", "STAGE", words.target, "build up to that stage");
  options.Text("--platform", "OS/ARCH", words.platform, "such as linux/amd64, if not the machine's own");
  options.Texts("--label", "NAME=VALUE", words.labels, "of the image");
  options.Flag("--no-cache", words.no_cache, "do every step again");
  options.Flag("--pull", words.pull, "fetch base images even when they are there");
  options.Texts("--secret", "SECRET", words.secrets,
                "for RUN --mount=type=secret: id=NAME, with src=FILE or env=VARIABLE");
  options.Flag("-q,--quiet", words.quiet, "print the image's id only");
}

std::string CommandAgain(const BuildWords& words, const BuildPlan& plan) {
  std::string out = Cat("sandbox build ", ShellQuote(plan.context.string()));
  const auto add = [&out](const char* option, const std::string& value) {
    if (!value.empty()) out += Cat(" ", option, " ", ShellQuote(value));
  };
  for (const std::string& tag : words.tags) add("-t", tag);
  if (!words.file.empty()) add("-f", words.file == "-" ? words.file : plan.dockerfile.string());
  add("--target", words.target);
  add("--platform", words.platform);
  // Values of arguments may be secrets: the record has their names only. Those of secrets are in files and variables.
  for (const std::string& each : words.args) add("--build-arg", each.substr(0, each.find('=')));
  for (const std::string& each : words.secrets) add("--secret", each);
  return out;
}

builds::BuildRecord RecordOf(const BuildWords& words, const BuildPlan& plan) {
  builds::BuildRecord out;
  out.tags = words.tags;
  out.context = plan.context.string();
  out.dockerfile = plan.dockerfile.empty() ? "-" : plan.dockerfile.string();
  out.target = words.target;
  out.platform = words.platform;
  out.command = CommandAgain(words, plan);
  return out;
}

Status SendBuild(ImageEngine& engine, const BuildPlan& plan, builds::Journal& journal, BuildView& view) {
  builds::ContextArchive archive(plan.context, plan.files);
  view.Begin(plan.files.size(), archive.Size());
  builds::EngineStream stream([&](const builds::BuildEvent& event) {
    journal.Take(event);
    view.Take(event);
  });
  Status sent = engine.Build(plan.order, {archive.Size(), [&archive] { return archive.Next(); }},
                             [&stream](std::string_view piece) { return stream.Take(piece); });
  if (!sent) return sent;
  return stream.End();
}

// Where it stands in the Dockerfile, what the command said last, and where the rest is.
void TellFailure(const Context& context, const builds::BuildRecord& record) {
  const builds::BuildFailure& failure = *record.failure;
  const builds::BuildStep* step = failure.step ? &record.steps.back() : nullptr;
  std::string what = failure.message;
  if (step != nullptr) {
    what = Cat("step ", step->number, " of ", record.steps_total.value_or(step->number), " failed",
               step->exit_code ? Cat(" with exit code ", *step->exit_code) : Cat(": ", failure.message));
    if (step->dockerfile_lines) what += Cat("\n  ", record.dockerfile, ":", step->dockerfile_lines->first);
    what += Cat("\n  ", step->instruction);
  }
  for (const std::string& line : failure.lines) what += "\n  | " + line;
  what += Cat("\nits whole log: ", CommandLine(context, Cat("builds ", record.id, " --log")));
  Complain(kExitOther, what);
}

int TellEnd(const Context& context, const BuildWords& words, const builds::BuildRecord& record) {
  if (context.printer.IsData()) context.printer.Data(builds::ToJson(record));
  if (record.state == builds::BuildState::kStopped)
    return Complain(kExitStopped, Cat("build ", record.id, " was stopped; the image is as it was"));
  if (record.state == builds::BuildState::kFailed) return TellFailure(context, record), kExitOther;
  if (context.printer.IsData()) return kExitOk;
  if (words.quiet) return std::printf("%s\n", record.image_id.c_str()), kExitOk;
  const double seconds = std::chrono::duration<double>(*record.ended_at - record.started_at).count();
  for (const std::string& tag : record.tags)
    std::printf("built %s  %s  in %s\n", tag.c_str(), record.image_id.substr(0, 19).c_str(), Took(seconds).c_str());
  return kExitOk;
}

int RunBuild(const Context& context, const BuildWords& words) {
  const auto engine = context.host.images(context.home);
  if (!engine) return Complain(engine.error());
  auto plan = PlanBuild(words, **engine);
  if (!plan) return Complain(plan.error());
  auto journal = builds::Journal::Open(context.home.Builds(), RecordOf(words, *plan), plan->dockerfile_text,
                                       plan->instructions, [] { return std::chrono::system_clock::now(); });
  if (!journal) return Complain(journal.error());
  BuildView view(words.quiet || context.printer.IsData());
  const Status sent = SendBuild(**engine, *plan, **journal, view);
  if (Status kept = (*journal)->End(sent); !kept) std::fprintf(stderr, "note: %s\n", kept.error().message.c_str());
  const builds::BuildRecord& record = (*journal)->Record();
  view.End(record);
  if (!sent && sent.error().reason == "ENGINE_UNREACHABLE") return Complain(sent.error());
  return TellEnd(context, words, record);
}

}  // namespace

Verb BuildVerb() {
  return {"build",
          kImages,
          "build an image for tasks; needs no docker CLI",
          "sandbox build . -t app:v1\nsandbox build . -t app:v1 -f docker/Dockerfile --build-arg PYTHON=3.11",
          "/tags/*",
          With(BuildOptions, RunBuild),
          "buildx dockerfile"};
}

}  // namespace sandbox::cli
