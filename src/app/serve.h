#pragma once

#include <string>

#include "cli/verbs.h"

namespace sandbox::app {

// The sandbox itself, in this process, until SIGTERM or SIGINT. Writes runtime.json once it listens, then one byte to
// `ready_fd` (-1: nobody waits); what goes wrong before that is written there as text instead. Returns the exit code.
int Serve(const cli::Common& common, const cli::StartOptions& options, int ready_fd);

// `sandbox start`: a running sandbox is reported; else one is started in the background (or here, with foreground).
int StartVerb(const cli::Common& common, const cli::StartOptions& options);

// Writes the files that lead clients here; what the user has to know of it goes to standard error.
void PublishClientConfigs(const cli::Common& common, const cli::RuntimeInfo& info);

// `sandbox teardown`: stops, removes every Docker object of this data directory, then the directory. Nothing else.
int TeardownVerb(const cli::Common& common);

// `sandbox secrets`: on the data directory itself, whether a sandbox runs or not; a value never travels over a port.
// An empty `from_file`: standard input, where one line end after a single line is not part of the value.
int SetSecretVerb(const cli::Common& common, const std::string& group, const std::string& key,
                  const std::string& from_file);
int ListSecretsVerb(const cli::Common& common);
int DeleteSecretVerb(const cli::Common& common, const std::string& group, const std::string& key);

}  // namespace sandbox::app
