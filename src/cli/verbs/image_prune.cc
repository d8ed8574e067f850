#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "builds/record.h"
#include "cli/ask.h"
#include "cli/image_rows.h"
#include "cli/times.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct PruneValues {
  bool yes = false, dry_run = false;
};

void PruneOptions(Options& options, PruneValues& values) {
  options.Flag("-y,--yes", values.yes, "do not ask");
  options.Flag("--dry-run", values.dry_run, "print what would go, and remove nothing");
}

struct Spare {
  std::string reference, id;
  std::vector<std::string> names;
  int64_t bytes = 0;
};

// Of the images that builds of this sandbox made, those that no task of any version names and no container runs in.
Result<std::vector<Spare>> SpareImages(const Context& context, ImageEngine& engine) {
  const auto running = engine.Running();
  if (!running) return std::unexpected(running.error());
  const auto answer = ImagesWithTasks(context);
  if (!answer) return std::unexpected(answer.error());
  const auto built = builds::BuiltImages(context.home.Builds());
  std::vector<Spare> out;
  for (const json& row : (*answer)["images"]) {
    if (row.value("state", "") != "present" || row.value("used_by_count", 1) != 0) continue;
    const std::string id = row.value("id", "");
    if (std::ranges::find(built, id) == built.end() || std::ranges::find(*running, id) != running->end()) continue;
    out.push_back({row.value("reference", ""), id, row.value("names", std::vector<std::string>()),
                   row.value("size_bytes", int64_t{0})});
  }
  return out;
}

bool Agreed(const std::vector<Spare>& spare) {
  for (const Spare& image : spare) std::printf("%s  %s\n", image.reference.c_str(), SizeText(image.bytes).c_str());
  return Agrees(Cat("remove ", spare.size(), " image(s)?"));
}

// Every name of it; the last one takes the image along.
Status RemoveWhole(ImageEngine& engine, const Spare& image) {
  for (const std::string& name : image.names) {
    if (name.find('@') != std::string::npos) continue;
    if (Status removed = engine.Remove(name); !removed) return removed;
  }
  return image.names.empty() ? engine.Remove(image.id) : Status();
}

int RemoveAll(const Context& context, ImageEngine& engine, const std::vector<Spare>& spare, bool dry_run) {
  json removed = json::array(), kept = json::array();
  for (const Spare& image : spare) {
    const Status gone = dry_run ? Status() : RemoveWhole(engine, image);
    const json row = {{"reference", image.reference}, {"id", image.id}, {"size_bytes", image.bytes}};
    (gone ? removed : kept).push_back(row);
    if (!gone) kept.back()["why"] = gone.error().message;
    if (context.printer.IsData()) continue;
    if (gone) {
      std::printf("%s %s\n", dry_run ? "would remove" : "removed", image.reference.c_str());
    } else {
      std::fprintf(stderr, "note: %s stays: %s\n", image.reference.c_str(), gone.error().message.c_str());
    }
  }
  if (context.printer.IsData()) {
    context.printer.Data(json{{"dry_run", dry_run}, {"removed", removed}, {"kept", kept}});
  } else if (spare.empty()) {
    std::printf("nothing to remove: every image that was built here is used, or gone\n");
  }
  return kExitOk;
}

int RunImagePrune(const Context& context, const PruneValues& values) {
  // Only the sandbox knows what tasks use.
  if (const auto running = context.Running(); !running) return Complain(running.error());
  const auto engine = context.host.images(context.home);
  if (!engine) return Complain(engine.error());
  const auto spare = SpareImages(context, **engine);
  if (!spare) return Complain(spare.error());
  if (!spare->empty() && !values.yes && !values.dry_run) {
    if (context.printer.IsData() || !CanAsk())
      return Complain(kExitUsage,
                      Cat("would remove ", spare->size(), " image(s); --dry-run lists them, --yes does it"));
    if (!Agreed(*spare)) return std::printf("nothing was removed\n"), kExitOk;
  }
  return RemoveAll(context, **engine, *spare, values.dry_run);
}

}  // namespace

Verb PruneImagesVerb() {
  return {"image prune",
          kImages,
          "remove images that were built here and that no task uses",
          "sandbox image prune --dry-run",
          "/removed/*/reference",
          With(PruneOptions, RunImagePrune)};
}

}  // namespace sandbox::cli
