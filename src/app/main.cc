#include "cli/main.h"

#include "api/console/embedded.h"
#include "app/remove_containers.h"
#include "app/serve.h"

int main(int argc, char** argv) {
  return sandbox::cli::Main(
      argc, argv, {sandbox::app::Serve, sandbox::app::RemoveContainers, !sandbox::api::EmbeddedConsoleIsPlaceholder()});
}
