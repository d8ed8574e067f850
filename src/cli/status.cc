#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/http_client.h"
#include "cli/verbs.h"

namespace sandbox::cli {

int StatusVerb(const Common& common) {
  const auto info = ReadRuntime(common.home);
  if (!info) {
    if (common.json)
      std::printf("%s\n", nlohmann::json{{"state", "stopped"}, {"home", common.home.root.string()}}.dump(2).c_str());
    return NotRunning(common);
  }
  auto status = GetJson(*info, "/sandbox/v1/status");
  if (!status) return Complain(kExitOther, status.error().message);
  if (common.json) {
    std::printf("%s\n", status->dump(2).c_str());
    return kExitOk;
  }
  const int64_t up = std::time(nullptr) - info->started_at_unix;
  std::printf("sandbox %s is running (process %lld, up %lldh%02lldm)\n\n", info->version.c_str(),
              static_cast<long long>(info->pid), static_cast<long long>(up / 3600),
              static_cast<long long>(up / 60 % 60));
  std::printf("  endpoint      localhost:%u\n", info->port);
  std::printf("  console       http://localhost:%u/console\n", info->port);
  std::printf("  object store  http://localhost:%u\n", info->s3_port);
  std::printf("  docker        %s\n", status->value("docker", "").c_str());
  std::printf("  executions    %s\n", status->value("executions", "").c_str());
  std::printf("  state         %s\n", common.home.root.c_str());
  return kExitOk;
}

}  // namespace sandbox::cli
