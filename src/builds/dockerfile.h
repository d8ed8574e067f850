#pragma once

// The instructions of a Dockerfile, as far as one needs them to tell where a build stands. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::builds {

struct Instruction {
  std::string keyword;                   // upper case
  std::string text;                      // the whole of it on one line, without comments
  size_t first_line = 0, last_line = 0;  // from 1
};

// In order. INVALID_ARGUMENT, reason BAD_DOCKERFILE: there is none, or the first is not ARG or FROM.
Result<std::vector<Instruction>> ParseDockerfile(std::string_view text);

// Something stands in it that an engine's own builder does not know.
bool NeedsBuildKit(const std::vector<Instruction>& instructions);
// Whether a RUN asks for a secret, which BuildKit takes from the client.
bool MountsSecrets(const std::vector<Instruction>& instructions);

// RUN --mount=type=ssh, for which BuildKit asks an agent that is not here: INVALID_ARGUMENT, reason NEEDS_SSH_AGENT,
// with the file's `name` and the line.
Status CheckNoAgent(const std::vector<Instruction>& instructions, const std::string& name);

// Whether a stage has that name or number.
bool HasStage(const std::vector<Instruction>& instructions, std::string_view target);

}  // namespace sandbox::builds
