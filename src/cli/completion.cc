#include "cli/completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

#include "cli/help.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {
namespace {

struct Flag {
  std::string shorter, longer, value, text;  // "-f", "--follow", "", "go on"
};

// What a verb takes, as its help page has it.
struct Taken {
  std::vector<Flag> flags;
  std::vector<Options::Row> arguments;
  std::string usage;
  bool names_execution = false;
};

Flag FlagOf(const Options::Row& row) {
  Flag out;
  out.text = row.text;
  std::istringstream words(row.left);
  for (std::string word; words >> word;) {
    if (word.ends_with(',')) word.pop_back();
    std::string& place = word.starts_with("--") ? out.longer : word.starts_with('-') ? out.shorter : out.value;
    if (place.empty()) place = word;
  }
  return out;
}

Taken TakenBy(const Verb& verb) {
  CLI::App parser;
  Options options(parser);
  verb.options(options);
  Taken out;
  for (const Options::Row& row : options.Rows()) out.flags.push_back(FlagOf(row));
  out.arguments = options.Arguments();
  out.usage = UsageLine(verb, options);
  if (!out.arguments.empty()) {
    const std::string& first = out.arguments[0].left;
    out.names_execution = first.starts_with("EXECUTION") || first == "TARGET" || first == "A";
  }
  out.flags.push_back({"-o", "--output", "FORMAT", FormatNames(verb.names)});
  out.flags.push_back({"", "--home", "DIRECTORY", "data directory"});
  if (std::ranges::find(out.flags, "--quiet", &Flag::longer) == out.flags.end())
    out.flags.push_back({"", "--quiet", "", "the answer only: no progress, no advice"});
  out.flags.push_back({"-h", "--help", "", "the page of this verb"});
  return out;
}

std::string FormatWords(const Verb& verb) {
  std::string out;
  for (const Format format : FormatsOf(verb.names)) out += Cat(out.empty() ? "" : " ", FormatName(format));
  return out;
}

std::string FirstWord(const std::string& name) { return name.substr(0, name.find(' ')); }

// Each first word once, in the order of the table.
std::vector<std::string> FirstWords(const std::vector<Verb>& verbs) {
  std::vector<std::string> out;
  std::set<std::string> told;
  for (const Verb& verb : verbs) {
    if (told.insert(FirstWord(verb.name)).second) out.push_back(FirstWord(verb.name));
  }
  return out;
}

std::string SecondWords(const std::vector<Verb>& verbs, const std::string& family) {
  std::string out;
  for (const Verb& verb : verbs) {
    if (verb.name.starts_with(family + " ")) out += Cat(out.empty() ? "" : " ", verb.name.substr(family.size() + 1));
  }
  return out;
}

std::string Spaced(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += Cat(out.empty() ? "" : " ", word);
  return out;
}

// In single quotes of a shell.
std::string Quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// For roff: backslashes and hyphens as they are, and no line that begins as a request.
std::string Roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    out += c == '\\' ? std::string("\\e") : c == '-' ? std::string("\\-") : std::string(1, c);
  }
  return out;
}

std::string ManVerb(const Verb& verb) {
  const Taken taken = TakenBy(verb);
  std::string help = verb.help;
  help[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(help[0])));
  std::string out = Cat(".SS ", Roff(taken.usage), "\n", Roff(help), ".\n");
  for (const Options::Row& row : taken.arguments) out += Cat(".TP\n.I ", Roff(row.left), "\n", Roff(row.text), "\n");
  for (const Flag& flag : taken.flags) {
    const std::string names = Cat(flag.shorter, flag.shorter.empty() ? "" : ", ", flag.longer);
    if (flag.longer == "--home" || flag.longer == "--help" || flag.longer == "--quiet") continue;
    out += Cat(".TP\n.B ", Roff(names), flag.value.empty() ? "" : " " + Roff(flag.value), "\n", Roff(flag.text), "\n");
  }
  return out + ".PP\n.nf\n" + Roff(verb.examples) + "\n.fi\n";
}

constexpr char kManEnd[] =
    ".SH EVERYWHERE\n"
    ".TP\n.B \\-\\-home DIRECTORY\nData directory; else that of SANDBOX_HOME, else ~/.flyte/sandbox.\n"
    ".TP\n.B \\-\\-quiet\nThe answer only: no progress, no advice.\n"
    ".TP\n.B \\-h, \\-\\-help\nThe page of a verb.\n"
    ".SH EXIT STATUS\n"
    "0 ok; 1 what was named is not there, or was refused; 2 wrong usage; 3 no sandbox runs; 4 a port is taken;\n"
    "5 no Docker Engine; 6 it took too long; 7 the execution failed; 8 the execution was aborted;\n"
    "9 the data directory is in use, or of a newer version; 10 doctor found something that fails.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B SANDBOX_HOME\nThe data directory.\n"
    ".TP\n.B NO_COLOR\nWhen it is set, nothing is printed in colour.\n"
    ".TP\n.B DOCKER_HOST, DOCKER_CONTEXT\nThe Docker Engine.\n"
    ".SH FILES\n"
    ".TP\n.I ~/.flyte/sandbox/config.yaml\nSettings; `sandbox config show` lists them.\n"
    ".TP\n.I ~/.flyte/sandbox/sandbox.log\nWhat the platform did.\n";

}  // namespace

std::string BashCompletion(const std::vector<Verb>& verbs) {
  std::string cases, families;
  std::set<std::string> told;
  for (const Verb& verb : verbs) {
    const Taken taken = TakenBy(verb);
    std::string flags, with_value;
    for (const Flag& flag : taken.flags) {
      for (const std::string& name : {flag.shorter, flag.longer}) {
        if (name.empty()) continue;
        flags += Cat(flags.empty() ? "" : " ", name);
        if (!flag.value.empty()) with_value += Cat(with_value.empty() ? "" : "|", name);
      }
    }
    cases += Cat("    ", Quoted(verb.name), ") flags=", Quoted(flags), " formats=", Quoted(FormatWords(verb)),
                 " valued=", Quoted(with_value), " executions=", taken.names_execution ? "1" : "", " ;;\n");
    const std::string family = FirstWord(verb.name);
    if (family != verb.name && told.insert(family).second)
      families += Cat("    ", family, ") seconds=", Quoted(SecondWords(verbs, family)), " ;;\n");
  }
  return Cat(
      "# Completion of sandbox for bash. In ~/.bashrc: source <(sandbox completion bash)\n"
      "_sandbox() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=() i word\n"
      "  local flags='' formats='' valued='' executions='' seconds='' verb\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=${COMP_WORDS[i]}\n"
      "    [[ $word == --home || $word == -o || $word == --output ]] && { ((i++)); continue; }\n"
      "    [[ $word == -* ]] || words+=(\"$word\")\n"
      "  done\n"
      "  if ((${#words[@]} == 0)); then\n"
      "    COMPREPLY=($(compgen -W ",
      Quoted(Spaced(FirstWords(verbs)) + " help --help --version"),
      " -- \"$cur\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${words[0]} in\n",
      families,
      "  esac\n"
      "  verb=${words[0]}\n"
      "  if [[ -n $seconds ]]; then\n"
      "    if ((${#words[@]} == 1)); then COMPREPLY=($(compgen -W \"$seconds\" -- \"$cur\")); return; fi\n"
      "    verb=\"${words[0]} ${words[1]}\"\n"
      "    words=(\"${words[@]:1}\")\n"
      "  fi\n"
      "  case $verb in\n",
      cases,
      "  esac\n"
      "  if [[ $prev == -o || $prev == --output ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$formats\" -- \"$cur\"))\n"
      "  elif [[ $prev == -* && \"|$valued|\" == *\"|$prev|\"* ]]; then\n"
      "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
      "  elif [[ $cur == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\"))\n"
      "  elif [[ -n $executions && ${#words[@]} -eq 1 ]]; then\n"
      "    COMPREPLY=($(compgen -W \"@latest $(\"${COMP_WORDS[0]}\" executions -o name --limit 50 2>/dev/null)\" "
      "-- \"$cur\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
      "  fi\n"
      "}\n"
      "complete -F _sandbox sandbox\n");
}

std::string ZshCompletion(const std::vector<Verb>& verbs) {
  std::string bash = BashCompletion(verbs);
  bash.erase(0, bash.find('\n') + 1);
  return Cat(
      "#compdef sandbox\n# Completion of sandbox for zsh. In ~/.zshrc: source <(sandbox completion zsh)\n"
      "autoload -U +X bashcompinit && bashcompinit\n",
      bash);
}

std::string FishCompletion(const std::vector<Verb>& verbs) {
  std::string out =
      "# Completion of sandbox for fish: sandbox completion fish > ~/.config/fish/completions/sandbox.fish\n"
      "complete -c sandbox -f\n";
  for (const std::string& word : FirstWords(verbs)) {
    const auto verb = std::ranges::find(verbs, word, &Verb::name);
    const std::string help = verb == verbs.end() ? FamilyHelp(word) : verb->help;
    out += Cat("complete -c sandbox -n __fish_use_subcommand -a ", word, " -d ", Quoted(help), "\n");
  }
  for (const Verb& verb : verbs) {
    const Taken taken = TakenBy(verb);
    const std::string family = FirstWord(verb.name);
    std::string seen = "__fish_seen_subcommand_from " + family;
    if (family != verb.name) {
      const std::string second = verb.name.substr(family.size() + 1);
      out += Cat("complete -c sandbox -n ",
                 Quoted(Cat(seen, "; and not __fish_seen_subcommand_from ", SecondWords(verbs, family))), " -a ",
                 second, " -d ", Quoted(verb.help), "\n");
      seen += "; and __fish_seen_subcommand_from " + second;
    }
    if (taken.names_execution)
      out += Cat("complete -c sandbox -n ", Quoted(seen),
                 " -a '@latest (sandbox executions -o name --limit 50 2>/dev/null)'\n");
    for (const Flag& flag : taken.flags) {
      out += Cat("complete -c sandbox -n ", Quoted(seen));
      if (!flag.shorter.empty()) out += " -s " + flag.shorter.substr(1);
      out += " -l " + flag.longer.substr(2);
      if (flag.longer == "--output") {
        out += Cat(" -x -a ", Quoted(FormatWords(verb)));
      } else if (!flag.value.empty()) {
        out += " -r -F";
      }
      out += Cat(" -d ", Quoted(flag.text), "\n");
    }
  }
  return out;
}

std::string ManPage(const std::vector<Verb>& verbs) {
  std::string out =
      ".TH SANDBOX 1\n.SH NAME\nsandbox \\- a whole Flyte platform for one machine\n"
      ".SH SYNOPSIS\n.B sandbox\n.I VERB\n[options]\n"
      ".SH DESCRIPTION\nRegistry, engine, scheduler, object store and console in one process; tasks run as Docker "
      "containers.\n.PP\n.nf\nsandbox start\neval \"$(sandbox env)\"\npyflyte run \\-\\-remote example.py wf\n"
      "sandbox executions\nsandbox get @latest\n.fi\n"
      ".PP\nAn EXECUTION is named by its whole name, by a beginning that no other has, or as @latest.\n";
  std::vector<std::string> groups;
  for (const Verb& verb : verbs) {
    if (std::ranges::find(groups, verb.group) == groups.end()) groups.push_back(verb.group);
  }
  for (const std::string& group : groups) {
    std::string title = group;
    std::ranges::transform(title, title.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    out += Cat(".SH ", Roff(title), "\n");
    for (const Verb& verb : verbs) {
      if (verb.group == group) out += ManVerb(verb);
    }
  }
  return out + kManEnd;
}

}  // namespace sandbox::cli
