#include "cli/main.h"

#include <nlohmann/json.hpp>

#include "api/console/embedded.h"
#include "app/engine_images.h"
#include "app/findings.h"
#include "app/remove_containers.h"
#include "app/serve.h"

namespace {

std::string Examine(const sandbox::home::Home& home) {
  const auto found = sandbox::app::Gather({home, std::nullopt, std::nullopt});
  return sandbox::doctor::ToJson(sandbox::doctor::Examine(found))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

int main(int argc, char** argv) {
  return sandbox::cli::Main(argc, argv,
                            {sandbox::app::Serve, sandbox::app::RemoveContainers, Examine,
                             sandbox::app::OpenEngineImages, !sandbox::api::EmbeddedConsoleIsPlaceholder()});
}
