#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "builds/engine_stream.h"
#include "cli/image_rows.h"
#include "cli/terminal.h"
#include "cli/times.h"
#include "cli/verbs/all.h"
#include "sandbox/ports/image_engine.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct ImageName {
  std::string reference;
};

struct ImageFile {
  std::string file;
};

void OneImage(Options& options, ImageName& values) {
  options.Argument("IMAGE", values.reference, "its name, such as app:v1");
}

void OneFile(Options& options, ImageFile& values) {
  options.Argument("FILE", values.file, "a tar archive, as `docker save` makes it");
}

int RunImageList(const Context& context) {
  const auto rows = ImagesWithTasks(context);
  if (!rows) return Complain(rows.error());
  PrintImages(context, *rows);
  return kExitOk;
}

int RunImagePull(const Context& context, const ImageName& values) {
  const auto engine = context.host.images(context.home);
  if (!engine) return Complain(engine.error());
  if (Status named = (*engine)->CheckName(values.reference); !named) return Complain(named.error());
  const bool moving = TerminalWidth() > 0 && !context.printer.IsData();
  const Status pulled = (*engine)->Pull(values.reference, [moving](int64_t bytes, int64_t total) {
    if (!moving || total == 0) return;
    std::printf("\r\033[K%lld%% of %s", static_cast<long long>(100 * bytes / total), SizeText(total).c_str());
    std::fflush(stdout);
  });
  if (moving) std::fputs("\r\033[K", stdout);
  if (!pulled) {
    if (pulled.error().reason != "PULL_FAILED") return Complain(pulled.error());
    return Complain(kExitOther, Cat("cannot pull ", values.reference, ": ", pulled.error().message,
                                    "\nlook at its name, or build it: ",
                                    CommandLine(context, Cat("build . -t ", values.reference))));
  }
  if (context.printer.IsData()) {
    context.printer.Data(json{{"state", "pulled"}, {"reference", values.reference}});
  } else {
    std::printf("pulled %s\n", values.reference.c_str());
  }
  return kExitOk;
}

// The archive is read twice by nobody: it may be larger than memory.
Result<std::vector<std::string>> LoadFile(ImageEngine& engine, const std::string& path) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  std::ifstream file(path, std::ios::binary);
  if (failure || !file)
    return Fail(Code::kNotFound, "NO_FILE",
                Cat("cannot read ", path, "; `docker save IMAGE -o FILE` makes such an archive"));
  std::vector<std::string> loaded;
  std::string refused;
  builds::EngineStream stream([&](const builds::BuildEvent& event) {
    if (event.kind == builds::BuildEvent::Kind::kLoaded) loaded.push_back(event.text);
    if (event.kind == builds::BuildEvent::Kind::kFailed) refused = event.text;
  });
  const auto next = [&]() -> Result<std::string> {
    std::string piece(size_t{256} * 1024, '\0');
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<size_t>(file.gcount()));
    return piece;
  };
  Status sent = engine.Load({size, next}, [&](std::string_view piece) { return stream.Take(piece); });
  if (sent) sent = stream.End();
  if (!sent) return std::unexpected(std::move(sent.error()));
  if (!refused.empty() || loaded.empty())
    return Fail(Code::kInvalidArgument, "NO_IMAGES",
                Cat(path, " has no image", refused.empty() ? "" : ": ", refused,
                    "; `docker save IMAGE -o FILE` makes such an archive"));
  return loaded;
}

int RunImageLoad(const Context& context, const ImageFile& values) {
  const auto engine = context.host.images(context.home);
  if (!engine) return Complain(engine.error());
  const auto loaded = LoadFile(**engine, values.file);
  if (!loaded) return Complain(loaded.error());
  if (context.printer.IsData()) return context.printer.Data(json{{"state", "loaded"}, {"images", *loaded}}), kExitOk;
  for (const std::string& name : *loaded) std::printf("loaded %s\n", name.c_str());
  return kExitOk;
}

int RunImageRemove(const Context& context, const ImageName& values) {
  const auto engine = context.host.images(context.home);
  if (!engine) return Complain(engine.error());
  if (Status named = (*engine)->CheckName(values.reference); !named) return Complain(named.error());
  if (const std::string why = WhyInUse(context, **engine, values.reference); !why.empty())
    return Complain(kExitOther, Cat("image ", values.reference, " stays: ", why));
  if (Status removed = (*engine)->Remove(values.reference); !removed) {
    if (removed.error().reason != "NO_SUCH_IMAGE") return Complain(removed.error());
    return Complain(kExitOther, Cat("there is no image ", values.reference, "; ", CommandLine(context, "image ls"),
                                    " lists what there is"));
  }
  if (context.printer.IsData()) {
    context.printer.Data(json{{"state", "removed"}, {"reference", values.reference}});
  } else {
    std::printf("removed %s\n", values.reference.c_str());
  }
  return kExitOk;
}

}  // namespace

Verb ListImagesVerb() {
  return {"image ls",
          kImages,
          "images there are, who uses them, and those that tasks name and that are missing",
          "sandbox image ls",
          "/images/*/reference",
          Without(RunImageList),
          "images"};
}

Verb PullImageVerb() {
  return {"image pull",
          kImages,
          "fetch an image from its registry",
          "sandbox image pull python:3.11-slim",
          "/reference",
          With(OneImage, RunImagePull)};
}

Verb LoadImageVerb() {
  return {"image load",
          kImages,
          "take the images of an archive",
          "sandbox image load app.tar",
          "/images/*",
          With(OneFile, RunImageLoad),
          "import"};
}

Verb RemoveImageVerb() {
  return {"image rm",
          kImages,
          "take an image's name away; not while a task runs in it",
          "sandbox image rm app:v1",
          "/reference",
          With(OneImage, RunImageRemove),
          "rmi"};
}

}  // namespace sandbox::cli
