#pragma once

// A verb of the command line: a row of the table in cli/verbs/all.cc, and a file of cli/verbs.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "cli/printer.h"

namespace sandbox::cli {

// Does the verb with what its options were read into; the process's exit code.
using Run = std::function<int(const Context&)>;

struct Verb {
  std::string name;                      // one word, or two: "secrets set" is below `sandbox secrets`
  std::string group;                     // its heading in `sandbox --help`
  std::string help;                      // one line, a clause without a full stop
  std::string examples;                  // lines
  NamePath names = kNoNames;             // in what it finds, for -o name
  std::function<Run(Options&)> options;  // declares what it takes
  std::string also = {};                 // words, parted by blanks, that people try for it
};

// The options of a verb and what runs with their values, of a struct of its own.
template <typename Values>
std::function<Run(Options&)> With(void (*declare)(Options&, Values&), int (*run)(const Context&, const Values&)) {
  return [=](Options& options) -> Run {
    auto values = std::make_shared<Values>();
    declare(options, *values);
    return [=](const Context& context) { return run(context, *values); };
  };
}
// Of a verb that takes nothing.
inline std::function<Run(Options&)> Without(int (*run)(const Context&)) {
  return [=](Options&) -> Run { return run; };
}

// Every verb, in the order of the help page. cli/verbs/all.cc
const std::vector<Verb>& AllVerbs();
// What `sandbox --help` says of verbs that share their first word.
std::string FamilyHelp(const std::string& family);

}  // namespace sandbox::cli
