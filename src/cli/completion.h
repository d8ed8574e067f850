#pragma once

// What is generated from the table of verbs for shells and for man.

#include <string>
#include <vector>

#include "cli/verb.h"

namespace sandbox::cli {

// Scripts that complete verbs, options, forms of output and the names of executions.
std::string BashCompletion(const std::vector<Verb>& verbs);
std::string ZshCompletion(const std::vector<Verb>& verbs);
std::string FishCompletion(const std::vector<Verb>& verbs);

// sandbox(1), for man.
std::string ManPage(const std::vector<Verb>& verbs);

}  // namespace sandbox::cli
