#include <algorithm>
#include <iterator>
#include <string_view>

#include "cli/tree.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

bool IsEnded(const std::string& phase) {
  static constexpr std::string_view kEnds[] = {"SUCCEEDED", "FAILED", "ABORTED", "SKIPPED", "TIMED_OUT", "RECOVERED"};
  return std::ranges::find(kEnds, phase) != std::end(kEnds);
}

std::string ErrorGist(const std::string& message) {
  size_t begin = message.rfind("\nMessage:\n");
  if (begin != std::string::npos) {
    begin += 10;
  } else if (message.find("Traceback (most recent call last)") != std::string::npos) {
    const size_t end = message.find_last_not_of(" \r\n");
    begin = end == std::string::npos ? 0 : message.rfind('\n', end) + 1;
  } else {
    begin = 0;
  }
  begin = std::min(message.find_first_not_of(" \r\n", begin), message.size());
  return message.substr(begin, message.find_first_of("\r\n", begin) - begin);
}

std::string WaitGist(const std::string& reason) {
  static constexpr std::string_view kBegin = "[ContainersNotReady|", kStatus = "containers with unready status: [";
  if (!reason.starts_with(kBegin)) return ErrorGist(reason);
  const size_t end = std::min(reason.find(']'), reason.size());
  const std::string state = reason.substr(kBegin.size(), end - kBegin.size());
  const size_t status = reason.find(kStatus);
  const size_t detail = status == std::string::npos ? status : reason.find("]|", status);
  const std::string more = detail == std::string::npos ? "" : ErrorGist(reason.substr(detail + 2));
  return more.empty() ? state : Cat(state, ": ", more);
}

}  // namespace sandbox::cli
