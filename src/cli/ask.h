#pragma once

// What is asked before something is removed.

#include <string>

namespace sandbox::cli {

// Whether a person is there to be asked: standard input is a terminal.
bool CanAsk();
// "QUESTION [y/N] " on standard output; true for y or yes. The end of the input is no.
bool Agrees(const std::string& question);

}  // namespace sandbox::cli
