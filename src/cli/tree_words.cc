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
  static constexpr std::string_view kNoMessage = " Message: ";
  size_t begin = message.rfind("\nMessage:\n");
  if (begin != std::string::npos) {
    begin += 10;
  } else if (message.find("Traceback (most recent call last)") != std::string::npos) {
    const size_t end = message.find_last_not_of(" \r\n");
    begin = end == std::string::npos ? 0 : message.rfind('\n', end) + 1;
  } else {
    begin = 0;
  }
  const auto line_at = [&message](size_t at) {
    at = std::min(message.find_first_not_of(" \r\n", at), message.size());
    return message.substr(at, message.find_first_of("\r\n", at) - at);
  };
  std::string line = line_at(begin);
  // "[1/1] currentAttempt done. Last Error: USER::" is the head of what stands in the next line.
  if (line.ends_with("::")) {
    if (std::string next = line_at(message.find(line, begin) + line.size()); !next.empty()) line = std::move(next);
  }
  if (line.ends_with(kNoMessage)) line.erase(line.size() - kNoMessage.size());
  return line;
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
