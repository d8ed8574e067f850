#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "app/serve.h"
#include "cli/table.h"
#include "secrets/file_secrets.h"

namespace sandbox::app {
namespace {

int Refused(const Error& error) {
  return cli::Complain(error.code == Code::kInvalidArgument ? cli::kExitUsage : cli::kExitOther, error.message);
}

int Done(const cli::Common& common, const char* what, const std::string& group, const std::string& key) {
  if (common.json) {
    std::printf("%s\n", nlohmann::json{{"state", what}, {"group", group}, {"key", key}}.dump(2).c_str());
  } else {
    std::printf("%s %s %s\n", what, group.c_str(), key.c_str());
  }
  return cli::kExitOk;
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

}  // namespace

int SetSecretVerb(const cli::Common& common, const std::string& group, const std::string& key,
                  const std::string& from_file) {
  const auto value = ReadValue(from_file);
  if (!value) return Refused(value.error());
  if (value->empty()) return cli::Complain(cli::kExitUsage, "the value is empty");
  secrets::FileSecrets store(common.home.Secrets());
  if (Status put = store.Put({group, key}, *value); !put) return Refused(put.error());
  return Done(common, "stored", group, key);
}

int ListSecretsVerb(const cli::Common& common) {
  secrets::FileSecrets store(common.home.Secrets());
  const auto names = store.List();
  if (!names) return Refused(names.error());
  nlohmann::json list = nlohmann::json::array();
  cli::Table table({{"GROUP"}, {"KEY"}});
  for (const SecretName& name : *names) {
    list.push_back({{"group", name.group}, {"key", name.key}});
    table.Row({name.group, name.key});
  }
  if (common.json) {
    std::printf("%s\n", nlohmann::json{{"secrets", list}}.dump(2).c_str());
  } else {
    table.Print();
  }
  return cli::kExitOk;
}

int DeleteSecretVerb(const cli::Common& common, const std::string& group, const std::string& key) {
  secrets::FileSecrets store(common.home.Secrets());
  if (Status gone = store.Delete({group, key}); !gone) return Refused(gone.error());
  return Done(common, "deleted", group, key);
}

}  // namespace sandbox::app
