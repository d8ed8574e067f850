// What users and engines write about builds: .dockerignore, Dockerfiles, the builder's lines, records on the disk.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "builds/dockerfile.h"
#include "builds/engine_stream.h"
#include "builds/ignore.h"
#include "builds/record.h"

using namespace sandbox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto rules = builds::IgnoreRules::Parse(text)) {
    for (const char* path : {"a", "src/a.py", "a/b/c.pyc", "[x]*?"}) {
      (void)rules->Excludes(path);
      (void)rules->MayKeepBelow(path);
    }
  }
  if (const auto instructions = builds::ParseDockerfile(text)) {
    (void)builds::NeedsBuildKit(*instructions);
    (void)builds::MountsSecrets(*instructions);
    (void)builds::CheckNoAgent(*instructions, "Dockerfile");
    (void)builds::HasStage(*instructions, "stage");
  }
  builds::EngineStream stream([](const builds::BuildEvent&) {});
  if (stream.Take(text)) (void)stream.End();
  (void)builds::FromJson(nlohmann::json::parse(text, nullptr, false));
  return 0;
}
