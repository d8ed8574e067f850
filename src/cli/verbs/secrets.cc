#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "cli/verbs/all.h"
#include "secrets/file_secrets.h"

namespace sandbox::cli {
namespace {

// These verbs work on the data directory itself, whether a sandbox runs or not: a value never travels over a port.

int Refused(const Error& error) {
  return Complain(error.code == Code::kInvalidArgument ? kExitUsage : kExitOther, error.message);
}

int Done(const Context& context, const char* what, const std::string& group, const std::string& key) {
  if (context.printer.IsData()) {
    context.printer.Data(nlohmann::json{{"state", what}, {"group", group}, {"key", key}});
  } else {
    std::printf("%s %s %s\n", what, group.c_str(), key.c_str());
  }
  return kExitOk;
}

Result<std::string> ReadAll(std::istream& in, const std::string& what) {
  std::string out((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return InvalidArgument(Cat("cannot read ", what));
  return out;
}

// One line, not shown.
Result<std::string> Prompt() {
  termios before{};
  if (tcgetattr(STDIN_FILENO, &before) != 0)
    return InvalidArgument("cannot ask for the value on this terminal; use standard input or --from-file");
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  std::fprintf(stderr, "value (not shown): ");
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  std::string line;
  const bool got = static_cast<bool>(std::getline(std::cin, line));
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::fprintf(stderr, "\n");
  if (!got) return InvalidArgument("no value was given");
  return line;
}

Result<std::string> ReadValue(const std::string& from_file) {
  if (!from_file.empty()) {
    std::ifstream file(from_file, std::ios::binary);
    if (!file) return InvalidArgument(Cat("cannot read ", from_file));
    return ReadAll(file, from_file);
  }
  if (isatty(STDIN_FILENO) != 0) return Prompt();
  auto value = ReadAll(std::cin, "standard input");
  if (value && !value->empty() && value->find('\n') == value->size() - 1) value->pop_back();
  return value;
}

struct SecretValues {
  std::string group, key, from_file;
};

void NamedSecret(Options& options, SecretValues& values) {
  options.Argument("GROUP", values.group, "group, as in Secret(group=...)");
  options.Argument("KEY", values.key, "key, as in Secret(key=...)");
}

void NewSecret(Options& options, SecretValues& values) {
  NamedSecret(options, values);
  options.Text("--from-file", "FILE", values.from_file, "take the file's content, byte for byte");
}

int RunSetSecret(const Context& context, const SecretValues& values) {
  const auto value = ReadValue(values.from_file);
  if (!value) return Refused(value.error());
  if (value->empty()) return Complain(kExitUsage, "the value is empty");
  secrets::FileSecrets store(context.home.Secrets());
  if (Status put = store.Put({values.group, values.key}, *value); !put) return Refused(put.error());
  return Done(context, "stored", values.group, values.key);
}

int RunListSecrets(const Context& context) {
  secrets::FileSecrets store(context.home.Secrets());
  const auto found = store.List();
  if (!found) return Refused(found.error());
  nlohmann::json list = nlohmann::json::array();
  Table table({{"GROUP"}, {"KEY"}, {"SET"}});
  for (const auto& [name, set_at] : *found) {
    const std::string when = FormatRfc3339(std::chrono::floor<std::chrono::milliseconds>(set_at));
    list.push_back({{"group", name.group}, {"key", name.key}, {"set_at", when}});
    table.Row({name.group, name.key, when});
  }
  if (context.printer.IsData()) {
    context.printer.Data(nlohmann::json{{"secrets", list}});
  } else {
    table.Print();
  }
  return kExitOk;
}

int RunDeleteSecret(const Context& context, const SecretValues& values) {
  secrets::FileSecrets store(context.home.Secrets());
  if (Status gone = store.Delete({values.group, values.key}); !gone) return Refused(gone.error());
  return Done(context, "deleted", values.group, values.key);
}

}  // namespace

Verb SetSecretVerb() {
  return {"secrets set",
          kSecrets,
          "store a value: from --from-file, else from standard input, which prompts on a terminal",
          "sandbox secrets set user-info user_secret --from-file token.txt",
          "/group+key",
          With(NewSecret, RunSetSecret),
          "secret password token"};
}

Verb ListSecretsVerb() {
  return {
      "secrets list",         kSecrets, "groups and keys; never values", "sandbox secrets list", "/secrets/*/group+key",
      Without(RunListSecrets)};
}

Verb DeleteSecretVerb() {
  return {"secrets delete", kSecrets,
          "forget a value", "sandbox secrets delete user-info user_secret",
          "/group+key",     With(NamedSecret, RunDeleteSecret)};
}

}  // namespace sandbox::cli
