#include "cli/help.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "cli/verb.h"

using namespace sandbox::cli;

namespace {

size_t WidestLine(const std::string& page) {
  std::istringstream in(page);
  size_t widest = 0;
  for (std::string line; std::getline(in, line);) widest = std::max(widest, line.size());
  return widest;
}

}  // namespace

TEST_CASE("Every verb has a page with its usage and examples of itself, which fits the terminal") {
  std::set<std::string> names;
  for (const Verb& verb : AllVerbs()) {
    INFO(verb.name);
    CHECK(names.insert(verb.name).second);
    CLI::App parser;
    Options options(parser);
    const Run run = verb.options(options);
    CHECK(run);
    const std::string page = VerbPage(verb, options, 80);
    CHECK(page.find("Usage:\n  sandbox " + verb.name) != std::string::npos);
    CHECK(page.find("\nExample:\n  ") != std::string::npos);
    CHECK(verb.examples.find("sandbox " + verb.name) != std::string::npos);
    CHECK(WidestLine(page) <= 80);
    CHECK(verb.help.back() != '.');
    if (verb.name.find(' ') == std::string::npos) CHECK(verb.help.size() <= 66);  // one line of the overview
    for (const Options::Row& row : options.Rows()) CHECK(!row.text.empty());
  }
}

TEST_CASE("The overview names every verb, or the word that several share, in its group") {
  const std::string page = OverviewPage(AllVerbs(), 80);
  for (const Verb& verb : AllVerbs()) {
    INFO(verb.name);
    CHECK(page.find("\n  " + verb.name.substr(0, verb.name.find(' ')) + " ") != std::string::npos);
    CHECK(page.find("\n" + verb.group + ":\n") != std::string::npos);
  }
  CHECK(WidestLine(page) <= 80);
  CHECK(WidestLine(OverviewPage(AllVerbs(), 50)) <= 50);
}

TEST_CASE("A word that is no verb leads to those that are near, or that people call so") {
  using Names = std::vector<std::string>;
  const auto nearest = [](const char* word) { return Nearest(AllVerbs(), word); };
  CHECK(nearest("sttus") == Names{"status"});
  CHECK(nearest("log") == Names{"logs"});
  CHECK(nearest("ps") == Names{"pods"});
  CHECK(nearest("show") == Names{"get"});
  CHECK(nearest("exe") == Names{"exec", "executions"});
  CHECK(nearest("frobnicate").empty());
  CHECK(NearestOf({"--follow", "--namespace"}, "--folow") == Names{"--follow"});
  CHECK(NearestOf({"--follow", "--namespace"}, "--no-such").empty());
}

TEST_CASE("What people call a verb belongs to one verb only, and is none itself") {
  std::set<std::string> said;
  for (const Verb& verb : AllVerbs()) {
    std::istringstream in(verb.also);
    for (std::string word; in >> word;) {
      INFO(word);
      CHECK(said.insert(word).second);
      CHECK(std::ranges::none_of(AllVerbs(), [&](const Verb& other) { return other.name == word; }));
    }
  }
}
