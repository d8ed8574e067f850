#pragma once

#include <map>
#include <string>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::cli {

// Values of `--secret`, by id, as docker buildx reads them: id=NAME, with src=FILE or env=VARIABLE; id=NAME alone is
// the variable of that name, or else the file. INVALID_ARGUMENT, reason BAD_VALUE, names the word.
Result<std::map<std::string, std::string>> ReadSecrets(const std::vector<std::string>& words);

}  // namespace sandbox::cli
