#pragma once

// What every verb is given: the data directory, how it was called, and where its answer goes.

#include <string>
#include <string_view>

#include "cli/client.h"
#include "cli/printer.h"
#include "home/home.h"
#include "home/host.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

struct Context {
  const home::Host& host;
  home::Home home;
  Printer printer;
  std::string program = "sandbox";  // as it was called
  std::string home_option;          // as it was given; empty: it was not
  std::string name_option;          // likewise; one of the two at most
  bool quiet = false;               // --quiet: the answer without progress and advice

  // The client of the sandbox that runs in the data directory. NOT_RUNNING says how to start one.
  Result<Client> Connect() const;
  // What the running sandbox wrote about itself. NOT_RUNNING as above.
  Result<home::RuntimeInfo> Running() const;
};

struct Place {
  std::string project = "flytesnacks";
  std::string domain = "development";
  bool given = false;  // by -p or -d
};

// A command line that does `words` on this sandbox and, with a place, there: what a user can copy.
std::string CommandLine(const Context& context, std::string_view words);
std::string CommandLine(const Context& context, const Place& place, std::string_view words);

// The page of an execution, or with an empty id of its domain.
std::string ConsoleAddress(const home::RuntimeInfo& info, const Place& place, const std::string& execution);

// As a shell reads it back, whatever is in it.
std::string ShellQuote(const std::string& text);

}  // namespace sandbox::cli
