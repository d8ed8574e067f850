#include "cli/main.h"

#include <nlohmann/json.hpp>

#include "api/console/embedded.h"
#include "app/backup.h"
#include "app/config.h"
#include "app/engine_images.h"
#include "app/findings.h"
#include "app/remove_containers.h"
#include "app/serve.h"
#include "app/settings_list.h"
#include "store/read_query.h"

namespace {

sandbox::Result<std::string> Settings(const sandbox::home::Home& home, const sandbox::home::StartOptions& options) {
  const auto config = sandbox::app::LoadConfig(home.Config(), options);
  if (!config) return std::unexpected(config.error());
  nlohmann::json out = nlohmann::json::array();
  for (const auto& [name, value, from] : sandbox::app::SettingsOf(*config))
    out.push_back(
        {{"name", name}, {"value", value.empty() ? nlohmann::json() : nlohmann::json(value)}, {"from", from}});
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Examine(const sandbox::home::Home& home, const sandbox::home::StartOptions& options) {
  const auto found = sandbox::app::Gather({home, std::nullopt, std::nullopt, options});
  return sandbox::doctor::ToJson(sandbox::doctor::Examine(found))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

sandbox::Result<sandbox::QueryRows> Query(const sandbox::home::Home& home, const std::string& sql) {
  return sandbox::store::ReadQuery(home.Database().string(), sql);
}

}  // namespace

int main(int argc, char** argv) {
  return sandbox::cli::Main(argc, argv,
                            {sandbox::app::Serve, sandbox::app::RemoveContainers, sandbox::app::CountContainers,
                             sandbox::app::Backup, sandbox::app::Restore, Settings, Examine,
                             sandbox::app::OpenEngineImages, Query, !sandbox::api::EmbeddedConsoleIsPlaceholder()});
}
