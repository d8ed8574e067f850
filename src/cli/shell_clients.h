#pragma once

// What a user's shell finds of the sandbox's clients. Blocks: they are asked for their versions.

#include <string>
#include <vector>

#include "doctor/doctor.h"

namespace sandbox::cli {

// flytekit (by pyflyte), flytectl, docker and kubectl in PATH. None of them is let ask another machine, and each is
// given a few seconds.
std::vector<doctor::ClientFound> FindClients();

// What runs a script of Python's, as its first lines say; empty: it is another one.
std::vector<std::string> InterpreterOf(const std::string& script);

}  // namespace sandbox::cli
