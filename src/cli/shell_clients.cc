#include "cli/shell_clients.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "cli/child.h"

namespace sandbox::cli {
namespace {

using namespace std::chrono_literals;

using Path = std::filesystem::path;

constexpr auto kAnswerMax = 5s;
constexpr char kQuotes[] = "'\"";

// The number behind `before`: "1.16.8"; empty: there is none.
std::string NumberBehind(const std::string& text, std::string_view before) {
  const size_t at = text.find(before);
  if (at == std::string::npos) return "";
  const size_t begin = at + before.size();
  size_t end = text.find_first_not_of("0123456789.", begin);
  if (end == std::string::npos) end = text.size();
  while (end > begin && text[end - 1] == '.') --end;
  return text.substr(begin, end - begin);
}

// pyflyte has no option for it and takes seconds to begin: its Python knows.
std::string VersionOfFlytekit(const Path& pyflyte) {
  std::ifstream file(pyflyte);
  std::string beginning(4096, '\0');
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  beginning.resize(static_cast<size_t>(file.gcount()));
  std::vector<std::string> command = InterpreterOf(beginning);
  if (command.empty()) return "";
  command.insert(command.end(), {"-c", "from importlib.metadata import version; print(version('flytekit'))"});
  return NumberBehind(OutputOf(command, kAnswerMax).value_or(""), "");
}

// It looks for newer releases, and asks the platform of its configuration: there it has neither.
std::string VersionOfFlytectl(const Path& flytectl) {
  const std::string nobody = "http://127.0.0.1:1";
  const auto said =
      OutputOf({flytectl.string(), "version"}, kAnswerMax,
               {{"HTTPS_PROXY", nobody}, {"https_proxy", nobody}, {"HOME", "/nonexistent"}, {"FLYTECTL_CONFIG", ""}});
  return NumberBehind(said.value_or(""), "\"Version\": \"v");
}

std::string VersionOfDocker(const Path& docker) {
  return NumberBehind(OutputOf({docker.string(), "--version"}, kAnswerMax).value_or(""), "Docker version ");
}

std::string VersionOfKubectl(const Path& kubectl) {
  return NumberBehind(OutputOf({kubectl.string(), "version", "--client", "-o", "json"}, kAnswerMax).value_or(""),
                      "\"gitVersion\": \"v");
}

struct Known {
  const char* name;
  const char* program;
  std::string (*version)(const Path& program);
};

constexpr Known kKnown[] = {{"flytekit", "pyflyte", VersionOfFlytekit},
                            {"flytectl", "flytectl", VersionOfFlytectl},
                            {"docker", "docker", VersionOfDocker},
                            {"kubectl", "kubectl", VersionOfKubectl}};

}  // namespace

std::vector<std::string> InterpreterOf(const std::string& script) {
  std::istringstream lines(script);
  std::string line;
  std::getline(lines, line);
  if (!line.starts_with("#!")) return {};
  line.erase(0, 2);
  // Where the path is too long for that line, it leads to a shell, and the next one to Python.
  if (!line.contains("python")) std::getline(lines, line);
  if (!line.contains("python")) return {};
  std::vector<std::string> out;
  std::istringstream words(line);
  for (std::string word; words >> word && !word.starts_with("\"$");) {
    if (word == "'''exec'") continue;
    word.erase(0, word.find_first_not_of(kQuotes));
    word.erase(word.find_last_not_of(kQuotes) + 1);
    out.push_back(word);
  }
  return out;
}

std::vector<doctor::ClientFound> FindClients() {
  std::vector<doctor::ClientFound> out;
  for (const Known& known : kKnown) {
    const Path program = FindProgram(known.program);
    out.push_back({known.name, program.string(), program.empty() ? "" : known.version(program)});
  }
  return out;
}

}  // namespace sandbox::cli
