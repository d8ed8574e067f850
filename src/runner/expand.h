#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sandbox::runner {

// Kubernetes' $(NAME) expansion: "$$" is a dollar, an unknown name or an unclosed "$(" stays as written.
std::string ExpandVariables(std::string_view text, const std::map<std::string, std::string>& variables);

}  // namespace sandbox::runner
