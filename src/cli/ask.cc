#include "cli/ask.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace sandbox::cli {

bool CanAsk() { return isatty(STDIN_FILENO) == 1; }

bool Agrees(const std::string& question) {
  std::printf("%s [y/N] ", question.c_str());
  std::fflush(stdout);
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

}  // namespace sandbox::cli
