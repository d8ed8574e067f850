#include "cli/help.h"

#include <algorithm>
#include <numeric>
#include <sstream>

namespace sandbox::cli {
namespace {

constexpr size_t kLeftMost = 26;          // a longer left side stands on a line of its own
constexpr NamePath kSomeNames = "/name";  // the overview tells of -o name, which most verbs have

// Words in lines of at most `width` columns, each behind `indent` blanks but the first.
std::string Wrapped(const std::string& text, size_t indent, size_t width) {
  std::istringstream words(text);
  std::string out, word;
  size_t column = indent;
  while (words >> word) {
    if (column > indent && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string RowsText(const std::vector<Options::Row>& rows, size_t width) {
  size_t left = 0;
  for (const Options::Row& row : rows) {
    if (row.left.size() <= kLeftMost) left = std::max(left, row.left.size());
  }
  std::string out;
  for (const Options::Row& row : rows) {
    out += "  " + row.left;
    out += row.left.size() > left ? "\n" + std::string(left + 4, ' ') : std::string(left + 2 - row.left.size(), ' ');
    out += Wrapped(row.text, left + 4, width) + "\n";
  }
  return out;
}

std::string Indented(const std::string& lines) {
  std::istringstream in(lines);
  std::string out, line;
  while (std::getline(in, line)) out += "  " + line + "\n";
  return out;
}

std::string Everywhere(NamePath names, size_t width) {
  return "\nEverywhere:\n" +
         RowsText({{"-o, --output FORMAT", FormatNames(names)},
                   {"    --name NAME", "which sandbox of yours; `sandbox instances` lists them"},
                   {"    --home DIRECTORY", "data directory ($SANDBOX_HOME, else ~/.flyte/sandbox)"},
                   {"    --quiet", "the answer only: no progress, no advice"},
                   {"-h, --help", "this page"}},
                  width);
}

std::string FamilyOf(const Verb& verb) { return verb.name.substr(0, verb.name.find(' ')); }

// How many letters have to be put in, taken away, changed or swapped with their neighbour.
size_t Distance(const std::string& one, const std::string& other) {
  std::vector<std::vector<size_t>> rows(one.size() + 1, std::vector<size_t>(other.size() + 1));
  for (size_t i = 0; i <= one.size(); ++i) {
    for (size_t j = 0; j <= other.size(); ++j) {
      if (i == 0 || j == 0) {
        rows[i][j] = i + j;
        continue;
      }
      rows[i][j] =
          std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[one.size()][other.size()];
}

bool IsSaid(const std::string& words, const std::string& word) {
  std::istringstream in(words);
  std::string said;
  while (in >> said) {
    if (said == word) return true;
  }
  return false;
}

}  // namespace

std::string OverviewPage(const std::vector<Verb>& verbs, size_t width) {
  std::string out = Wrapped(
                        "A whole Flyte platform for one machine: registry, engine, scheduler, object store and "
                        "console in one process.",
                        0, width) +
                    "\n\nUsage:\n  sandbox VERB [options]\n\nFirst steps:\n"
                    "  sandbox start\n  eval \"$(sandbox env)\"\n  pyflyte run --remote example.py wf\n"
                    "  sandbox executions\n  sandbox get EXECUTION\n";
  // One row for verbs that share their first word, and one width of names for all groups.
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, Options::Row>> rows;
  for (const Verb& verb : verbs) {
    if (std::ranges::find(groups, verb.group) == groups.end()) groups.push_back(verb.group);
    const std::string family = FamilyOf(verb);
    if (!rows.empty() && rows.back().second.left == family) continue;
    rows.push_back({verb.group, {family, family == verb.name ? verb.help : FamilyHelp(family)}});
  }
  size_t left = 0;
  for (const auto& [group, row] : rows) left = std::max(left, row.left.size());
  for (const std::string& group : groups) {
    std::vector<Options::Row> of_group;
    for (const auto& [of, row] : rows) {
      if (of != group) continue;
      of_group.push_back(row);
      of_group.back().left.resize(left, ' ');
    }
    out += "\n" + group + ":\n" + RowsText(of_group, width);
  }
  return out + Everywhere(kSomeNames, width) + "\n" +
         Wrapped("`sandbox VERB --help` has what a verb takes, with an example.", 0, width) + "\n";
}

std::string FamilyPage(const std::vector<Verb>& verbs, const std::string& family, size_t width) {
  std::vector<Options::Row> rows;
  for (const Verb& verb : verbs) {
    if (FamilyOf(verb) == family) rows.push_back({verb.name.substr(family.size() + 1), verb.help});
  }
  return Cat("Usage:\n  sandbox ", family, " VERB [options]\n\nVerbs:\n", RowsText(rows, width), "\n`sandbox ", family,
             " VERB --help` has what a verb takes, with an example.\n");
}

std::string UsageLine(const Verb& verb, const Options& options) { return Cat("sandbox ", verb.name, options.Usage()); }

std::string VerbPage(const Verb& verb, const Options& options, size_t width) {
  std::string help = verb.help;
  help[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(help[0])));
  std::string out = Cat(Wrapped(help, 0, width), "\n\nUsage:\n  ", UsageLine(verb, options), "\n");
  if (!options.Arguments().empty()) out += "\nArguments:\n" + RowsText(options.Arguments(), width);
  if (!options.Rows().empty()) out += "\nOptions:\n" + RowsText(options.Rows(), width);
  return out + Everywhere(verb.names, width) + "\nExample:\n" + Indented(verb.examples);
}

std::vector<std::string> NearestOf(const std::vector<std::string>& names, const std::string& word) {
  std::vector<std::pair<size_t, std::string>> close;
  for (const std::string& name : names) {
    const size_t distance = word.size() >= 2 && name.starts_with(word) ? 0 : Distance(name, word);
    if (distance <= std::max<size_t>(1, name.size() / 3)) close.emplace_back(distance, name);
  }
  std::ranges::sort(close);
  std::vector<std::string> out;
  for (const auto& [distance, name] : close) {
    if (distance <= close[0].first + 1 && out.size() < 3) out.push_back(name);
  }
  return out;
}

std::vector<std::string> Nearest(const std::vector<Verb>& verbs, const std::string& word) {
  std::vector<std::string> out, names;
  for (const Verb& verb : verbs) {
    names.push_back(FamilyOf(verb));
    if (IsSaid(verb.also, word)) out.push_back(verb.name);
  }
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return out.empty() ? NearestOf(names, word) : out;
}

}  // namespace sandbox::cli
