#include "runner/expand.h"

namespace sandbox::runner {

std::string ExpandVariables(std::string_view text, const std::map<std::string, std::string>& variables) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '$' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    const char next = text[at + 1];
    const size_t close = next == '(' ? text.find(')', at + 2) : std::string_view::npos;
    if (close == std::string_view::npos) {
      if (next != '$') out += '$';
      out += next;
      ++at;
      continue;
    }
    const std::string name(text.substr(at + 2, close - at - 2));
    const auto found = variables.find(name);
    out += found == variables.end() ? "$(" + name + ")" : found->second;
    at = close;
  }
  return out;
}

}  // namespace sandbox::runner
