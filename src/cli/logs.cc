#include <cstdio>

#include "cli/http_client.h"
#include "cli/verbs.h"

namespace sandbox::cli {

int LogsVerb(const Common& common, const std::string& pod, const std::string& pod_namespace, bool follow) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  const std::string path =
      Cat("/sandbox/v1/logs/", UrlEncode(pod), "?namespace=", UrlEncode(pod_namespace), follow ? "&follow=1" : "");
  auto done = GetStream(*info, path, [](std::string_view piece) {
    std::fwrite(piece.data(), 1, piece.size(), stdout);
    std::fflush(stdout);
  });
  if (!done) return Complain(kExitOther, done.error().message);
  return kExitOk;
}

}  // namespace sandbox::cli
