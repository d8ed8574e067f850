#pragma once

// The pages of --help, and which verbs look like a word that is none.

#include <string>
#include <vector>

#include "cli/verb.h"

namespace sandbox::cli {

// `sandbox --help`: first steps, and the verbs in their groups. At most `width` columns where words allow.
std::string OverviewPage(const std::vector<Verb>& verbs, size_t width);
// `sandbox secrets --help`: the verbs whose first word it is.
std::string FamilyPage(const std::vector<Verb>& verbs, const std::string& family, size_t width);
// `sandbox VERB --help`.
std::string VerbPage(const Verb& verb, const Options& options, size_t width);
// "sandbox get [options] EXECUTION".
std::string UsageLine(const Verb& verb, const Options& options);

// The names of verbs that `word` is closest to: one that people use for it, a beginning, or few letters changed.
// Empty: none is close.
std::vector<std::string> Nearest(const std::vector<Verb>& verbs, const std::string& word);
// Of any words; the closest first, none that differs in more than a third of its letters.
std::vector<std::string> NearestOf(const std::vector<std::string>& names, const std::string& word);

}  // namespace sandbox::cli
