#include "builds/dockerfile.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <set>

namespace sandbox::builds {
namespace {

constexpr std::string_view kBlankLetters = " \t\r\v\f";

std::string Upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string_view Bare(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlankLetters);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kBlankLetters) - begin + 1);
}

std::vector<std::string_view> WordsOf(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t at = 0; (at = text.find_first_not_of(kBlankLetters, at)) != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(kBlankLetters, at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

// "# escape=`" among the comments at the beginning.
char EscapeOf(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = Bare(text.substr(at, end - at));
    at = end + 1;
    if (!line.starts_with('#')) break;
    line = Bare(line.substr(1));
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) break;
    const std::string_view value = Bare(line.substr(equals + 1));
    if (Upper(Bare(line.substr(0, equals))) == "ESCAPE" && value.size() == 1) return value[0];
  }
  return '\\';
}

std::unexpected<Error> BadDockerfile(std::string what) {
  return Fail(Code::kInvalidArgument, "BAD_DOCKERFILE", std::move(what));
}

// The flags of an instruction: "--mount=type=cache,target=/c".
std::vector<std::string_view> FlagsOf(const Instruction& instruction) {
  auto words = WordsOf(instruction.text);
  size_t end = 1;
  while (end < words.size() && words[end].starts_with("--")) ++end;
  return {words.begin() + 1, words.begin() + static_cast<std::ptrdiff_t>(end)};
}

bool HasHereDocument(const Instruction& instruction) {
  if (instruction.keyword != "RUN" && instruction.keyword != "COPY" && instruction.keyword != "ADD") return false;
  return std::ranges::any_of(WordsOf(instruction.text), [](std::string_view word) {
    const std::string_view name = word.substr(std::min<size_t>(word.starts_with("<<-") ? 3 : 2, word.size()));
    return word.starts_with("<<") && !name.empty() &&
           (std::isalpha(static_cast<unsigned char>(name[0])) != 0 || name[0] == '"' || name[0] == '\'' ||
            name[0] == '_');
  });
}

bool OnlyBuildKit(const Instruction& instruction) {
  static const std::map<std::string, std::set<std::string_view>, std::less<>> known = {
      {"RUN", {"--mount", "--network", "--security"}},
      {"COPY", {"--link", "--chmod", "--exclude", "--parents"}},
      {"ADD", {"--link", "--chmod", "--exclude", "--checksum", "--keep-git-dir"}}};
  const auto flags = known.find(instruction.keyword);
  if (flags == known.end()) return false;
  return HasHereDocument(instruction) || std::ranges::any_of(FlagsOf(instruction), [&](std::string_view flag) {
           return flags->second.contains(flag.substr(0, flag.find('=')));
         });
}

// Whether a RUN has "--mount=type=secret,id=x" for the kind "secret".
bool Mounts(const Instruction& instruction, std::string_view kind) {
  const std::string wanted = Cat("type=", kind);
  return instruction.keyword == "RUN" && std::ranges::any_of(FlagsOf(instruction), [&](std::string_view flag) {
           return flag.starts_with("--mount=") && flag.find(wanted) != std::string_view::npos;
         });
}

}  // namespace

Result<std::vector<Instruction>> ParseDockerfile(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const char escape = EscapeOf(text);
  std::vector<Instruction> out;
  bool goes_on = false;
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = Bare(text.substr(at, end - at));
    at = end + 1;
    ++number;
    // Comments and empty lines do not end an instruction that goes on.
    if (line.empty() || line.starts_with('#')) continue;
    if (!goes_on) out.push_back({Upper(WordsOf(line)[0]), "", number, number});
    goes_on = line.ends_with(escape);
    if (goes_on) line = Bare(line.substr(0, line.size() - 1));
    Instruction& instruction = out.back();
    instruction.last_line = number;
    if (!instruction.text.empty() && !line.empty()) instruction.text += ' ';
    instruction.text += line;
  }
  if (out.empty()) return BadDockerfile("the Dockerfile has no instruction; it begins with FROM");
  if (out[0].keyword != "FROM" && out[0].keyword != "ARG")
    return BadDockerfile(Cat("line ", out[0].first_line, " of the Dockerfile is ", out[0].keyword,
                             "; the first instruction is FROM, or ARG before it"));
  return out;
}

bool NeedsBuildKit(const std::vector<Instruction>& instructions) {
  return std::ranges::any_of(instructions, OnlyBuildKit);
}

bool MountsSecrets(const std::vector<Instruction>& instructions) {
  return std::ranges::any_of(instructions, [](const Instruction& each) { return Mounts(each, "secret"); });
}

Status CheckNoAgent(const std::vector<Instruction>& instructions, const std::string& name) {
  const auto found = std::ranges::find_if(instructions, [](const Instruction& each) { return Mounts(each, "ssh"); });
  if (found == instructions.end()) return {};
  return Fail(Code::kInvalidArgument, "NEEDS_SSH_AGENT",
              Cat(name, ":", found->first_line,
                  ": RUN --mount=type=ssh is not possible with `sandbox build`. Mount the key as a secret (RUN "
                  "--mount=type=secret,id=key, and --secret id=key,src=FILE), or build with docker buildx build; tasks "
                  "find that image, too"));
}

bool HasStage(const std::vector<Instruction>& instructions, std::string_view target) {
  size_t number = 0;
  for (const Instruction& instruction : instructions) {
    if (instruction.keyword != "FROM") continue;
    const auto words = WordsOf(instruction.text);
    if (target == std::to_string(number++)) return true;
    if (words.size() >= 4 && Upper(words[words.size() - 2]) == "AS" && Upper(words.back()) == Upper(target))
      return true;
  }
  return false;
}

}  // namespace sandbox::builds
