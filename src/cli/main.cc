#include "cli/main.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "cli/completion.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "cli/verb.h"

namespace sandbox::cli {
namespace {

using Words = std::vector<std::string>;

// What every verb takes.
struct Common {
  std::string home, name, output = "table";
  bool help = false, quiet = false;
};

size_t PageWidth() {
  const size_t terminal = TerminalWidth();
  return terminal == 0 ? 80 : std::clamp<size_t>(terminal, 40, 100);
}

// Whether the next word is the value of this one.
bool TakesNext(const std::string& word) {
  return word == "--home" || word == "--name" || word == "-o" || word == "--output";
}

// Takes `--name NAME` out of the options that stand before the verb. There it is always the sandbox's: a verb may have
// a
// --name of its own.
std::string TakeLeadingName(Words& words) {
  for (size_t i = 0; i < words.size() && words[i].starts_with('-') && words[i] != "--"; ++i) {
    const auto here = words.begin() + static_cast<std::ptrdiff_t>(i);
    if (words[i].starts_with("--name=")) {
      const std::string name = words[i].substr(words[i].find('=') + 1);
      words.erase(here);
      return name;
    }
    if (words[i] == "--name" && i + 1 < words.size()) {
      const std::string name = words[i + 1];
      words.erase(here, here + 2);
      return name;
    }
    if (TakesNext(words[i])) ++i;
  }
  return "";
}

// Takes the first word that is no option out of the words; nothing where there is none before "--".
std::optional<std::string> TakeWord(Words& words) {
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (TakesNext(words[i])) {
      ++i;
    } else if (!words[i].starts_with('-')) {
      const std::string found = words[i];
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
      return found;
    }
  }
  return std::nullopt;
}

bool AsksFor(const Words& words, std::string_view one, std::string_view other) {
  const auto end = std::ranges::find(words, "--");
  return std::any_of(words.begin(), end, [&](const std::string& word) { return word == one || word == other; });
}

bool IsNegativeNumber(const std::string& word) {
  return word.size() > 1 && word[0] == '-' &&
         (std::isdigit(static_cast<unsigned char>(word[1])) != 0 || word[1] == '.');
}

// Puts "--" where options end: before the first word of a command, and before a number such as -5, which is a value and
// goes behind everything else.
void EndOptions(Words& words, bool takes_command) {
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const auto here = words.begin() + static_cast<std::ptrdiff_t>(i);
    if (TakesNext(words[i])) {
      ++i;
    } else if (takes_command && !words[i].starts_with('-')) {
      words.insert(here, "--");
      return;
    } else if (IsNegativeNumber(words[i])) {
      std::rotate(here, here + 1, words.end());
      if (std::ranges::find(words, "--") == words.end()) words.insert(words.end() - 1, "--");
      return;
    }
  }
}

std::string DidYouMean(const std::vector<std::string>& names, const std::string& lead) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i)
    out += Cat(i == 0 ? "" : (i + 1 == names.size() ? " or " : ", "), "`", lead, names[i], "`");
  return out.empty() ? "" : Cat("; did you mean ", out, "?");
}

int UnknownVerb(const std::string& word, const std::vector<std::string>& nearest, const std::string& lead) {
  return Complain(kExitUsage,
                  Cat("unknown command ", word, DidYouMean(nearest, lead), "\n`", lead, "--help` lists what there is"));
}

int UnknownOption(const Verb* verb, const Options* options, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> names = {"--home", "--name", "--output", "--quiet", "--help"};
  if (options != nullptr) {
    for (const Options::Row& row : options->Rows()) {
      if (const size_t begin = row.left.find("--"); begin != std::string::npos)
        names.push_back(row.left.substr(begin, row.left.find(' ', begin) - begin));
    }
  }
  const std::string of = verb == nullptr ? "sandbox" : "sandbox " + verb->name;
  return Complain(kExitUsage, Cat("`", of, "` has no option ", name, DidYouMean(NearestOf(names, name), ""),
                                  verb == nullptr ? "" : Cat("\nusage: ", UsageLine(*verb, *options)), "\n`", of,
                                  " --help` lists what it takes"));
}

int Misused(const Verb& verb, const Options& options, const std::string& what) {
  return Complain(kExitUsage, Cat(what, "\nusage: ", UsageLine(verb, options), "\n`sandbox ", verb.name,
                                  " --help` lists what it takes, with an example"));
}

Result<home::Home> HomeOf(const Common& common) {
  if (common.name.empty()) return home::Home::Resolve(common.home);
  if (common.home.empty()) return home::Home::Named(common.name);
  return Fail(Code::kInvalidArgument, "BAD_VALUE", "--home and --name both say which sandbox: give one of them");
}

int RunVerb(const Verb& verb, Words words, const std::string& name, const std::string& program,
            const home::Host& host) {
  CLI::App parser("", "sandbox " + verb.name);
  parser.set_help_flag();
  Common common;
  common.name = name;
  parser.add_option("--home", common.home);
  parser.add_option("-o,--output", common.output);
  parser.add_flag("-h,--help", common.help);
  Options options(parser);
  const Run run = verb.options(options);
  if (parser.get_option_no_throw("--quiet") == nullptr) parser.add_flag("--quiet", common.quiet);
  if (parser.get_option_no_throw("--name") == nullptr) parser.add_option("--name", common.name);
  if (AsksFor(words, "-h", "--help")) {
    if (!options.TakesCommand() || words[0].starts_with('-')) {
      std::fputs(VerbPage(verb, options, PageWidth()).c_str(), stdout);
      return kExitOk;
    }
  }
  EndOptions(words, options.TakesCommand());
  std::ranges::reverse(words);  // as the parser takes them
  try {
    parser.parse(words);
  } catch (const CLI::ParseError& mistake) {
    const std::vector<std::string> left = parser.remaining();  // an unknown option is why a word is missing
    if (!left.empty() && left[0].starts_with('-')) return UnknownOption(&verb, &options, left[0]);
    if (!left.empty()) return Misused(verb, options, Cat(left[0], " is one word too many"));
    return Misused(verb, options, mistake.what());
  }
  for (const Format format : FormatsOf(verb.names)) {
    if (FormatName(format) != common.output) continue;
    const auto home = HomeOf(common);
    if (!home) return Misused(verb, options, home.error().message);
    return run({host, *home, Printer(format, verb.names), program, common.home, common.name, common.quiet});
  }
  return Misused(
      verb, options,
      Cat("`sandbox ", verb.name, "` has no output ", common.output, ": -o takes ", FormatNames(verb.names)));
}

int Dispatch(Words words, const std::string& program, const home::Host& host) {
  const std::vector<Verb>& verbs = AllVerbs();
  const bool wants_help = AsksFor(words, "-h", "--help");
  const std::string sandbox = TakeLeadingName(words);
  auto name = TakeWord(words);
  if (name == "help") {  // `sandbox help get`
    if (AsksFor(words, "--man", "--man")) return std::fputs(ManPage(verbs).c_str(), stdout), kExitOk;
    name = TakeWord(words);
    words.emplace(words.begin(), "--help");
    if (!name) return std::fputs(OverviewPage(verbs, PageWidth()).c_str(), stdout), kExitOk;
  }
  if (!name) {
    if (wants_help) return std::fputs(OverviewPage(verbs, PageWidth()).c_str(), stdout), kExitOk;
    if (AsksFor(words, "--version", "-v")) {
      name = "version";
      std::erase_if(words, [](const std::string& word) { return word == "--version" || word == "-v"; });
    } else if (!words.empty() && !TakesNext(words[0]) && words[0] != "--") {
      return UnknownOption(nullptr, nullptr, words[0]);
    } else {
      std::fputs(OverviewPage(verbs, PageWidth()).c_str(), stderr);
      return kExitUsage;
    }
  }
  const auto find = [&](const std::string& of) { return std::ranges::find(verbs, of, &Verb::name); };
  auto verb = find(*name);
  const bool family = std::ranges::any_of(verbs, [&](const Verb& of) { return of.name.starts_with(*name + " "); });
  if (family) {
    const auto second = TakeWord(words);
    if (!second) {
      const bool helps = wants_help || (!words.empty() && words[0] == "--help");
      std::fputs(FamilyPage(verbs, *name, PageWidth()).c_str(), helps ? stdout : stderr);
      return helps ? kExitOk : kExitUsage;
    }
    verb = find(*name + " " + *second);
    if (verb == verbs.end()) {
      std::vector<std::string> seconds;
      for (const Verb& of : verbs) {
        if (of.name.starts_with(*name + " ")) seconds.push_back(of.name.substr(name->size() + 1));
      }
      return UnknownVerb(*second, NearestOf(seconds, *second), Cat("sandbox ", *name, " "));
    }
  }
  if (verb == verbs.end()) return UnknownVerb(*name, Nearest(verbs, *name), "sandbox ");
  return RunVerb(*verb, std::move(words), sandbox, program, host);
}

}  // namespace

int Main(int argc, char** argv, const home::Host& host) {
  try {
    return Dispatch(Words(argv + 1, argv + argc), argv[0], host);
  } catch (const std::exception& failure) {
    return Complain(kExitOther, failure.what());
  }
}

}  // namespace sandbox::cli
