#include "cli/follow.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <sstream>
#include <thread>

#include "cli/changes.h"
#include "cli/exit_code.h"
#include "cli/feed.h"
#include "cli/gates.h"
#include "cli/terminal.h"
#include "cli/times.h"
#include "cli/tree.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr auto kBetweenLooks = milliseconds(250), kBetweenLines = milliseconds(1000);

// The live picture on a terminal, drawn over the one before.
class Screen {
 public:
  void Draw(const std::string& text) {
    const size_t width = TerminalWidth(), height = TerminalHeight();
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    if (height > 2 && lines.size() > height - 2) {
      const size_t hidden = lines.size() - (height - 2);
      lines.resize(height - 2);
      lines.push_back(Cat("and ", hidden, " more lines; `sandbox get` shows all"));
    }
    std::string out = drawn_ == 0 ? "" : Cat("\033[", drawn_, "A");
    drawn_ = 0;
    for (const std::string& line : lines) {
      out += "\r\033[K" + line + "\n";
      const size_t columns = ShownWidth(line);
      drawn_ += width == 0 || columns == 0 ? 1 : (columns + width - 1) / width;
    }
    std::fputs((out + "\033[J").c_str(), stdout);
    std::fflush(stdout);
  }

 private:
  size_t drawn_ = 0;  // rows
};

std::string Picture(const Context& context, const Target& target, const json& tree, const json& story) {
  const auto how = [&](const OpenSignal& signal) { return HowToSet(context, signal); };
  return Cat(target.execution, "  ", Painted(TextAt(tree, "phase")), "\n  ", TextAt(story, "text"), "\n\n",
             NodeTable(tree, std::time(nullptr), how).Render(TerminalWidth()));
}

// What to type next, on standard error: it is no part of the answer.
void Advise(const Context& context, const Target& target, const std::string& phase) {
  const auto say = [&](const char* what, const std::string& words) {
    std::fprintf(stderr, "  %-13s %s\n", what, CommandLine(context, target.place, words + target.execution).c_str());
  };
  std::fprintf(stderr, "\n");
  say("what happened", "describe ");
  if (phase == "SUCCEEDED") return say("outputs", "get ");
  say("logs", "logs --all ");
  say("again", phase == "FAILED" ? "recover " : "relaunch ");
}

// One look: prints what is new, and returns the execution's phase.
class Watcher {
 public:
  Watcher(const Context& context, Client& client, const Target& target)
      : context_(context), client_(client), target_(target), live_(isatty(STDOUT_FILENO) == 1 && UsesCursor()) {}

  bool IsLive() const { return live_ && !context_.printer.IsData(); }

  Result<std::string> Look() {
    const auto run = client_.Run(target_.place, target_.execution);
    if (!run) return std::unexpected(run.error());
    last_ = *run;
    if (context_.printer.IsData()) return Phase();
    if (!IsLive()) {
      for (const std::string& line : changes_.Look(last_, MillisNow())) std::printf("%s\n", line.c_str());
      std::fflush(stdout);
      return Phase();
    }
    const auto tree = client_.Tree(target_.place, target_.execution);
    if (!tree) return std::unexpected(tree.error());
    screen_.Draw(Picture(context_, target_, *tree, last_.at("story")));
    return Phase();
  }

  // After the last look.
  int End() {
    const std::string phase = Phase();
    if (context_.printer.IsData()) {
      context_.printer.Data(last_.at("execution"));
    } else {
      if (!IsLive()) std::printf("%s\n", TextAt(last_.at("story"), "text").c_str());
      std::fflush(stdout);
      if (!context_.quiet) Advise(context_, target_, phase);
    }
    return ExitCodeOf(phase);
  }

 private:
  std::string Phase() const { return TextAt(last_.at("execution"), "phase"); }

  const Context& context_;
  Client& client_;
  const Target& target_;
  const bool live_;
  json last_;
  Changes changes_;
  Screen screen_;
};

// Waits for something new, at most `within`, and takes all of it. An error: the sandbox has stopped.
Status Await(EventFeed& feed, milliseconds within) {
  auto event = feed.Next(within);
  while (event && *event) {
    if ((*event)->name == "bye") return Fail(Code::kUnavailable, "NOT_RUNNING", "the sandbox is stopping");
    event = feed.Next(milliseconds(0));
  }
  if (!event) return std::unexpected(event.error());
  return {};
}

}  // namespace

void PrintLaunched(const Context& context, const home::RuntimeInfo& info, const Place& place, const std::string& id) {
  if (context.printer.IsData())
    return context.printer.Data(json{{"project", place.project}, {"domain", place.domain}, {"id", id}});
  std::printf("%s\n", id.c_str());
  if (context.quiet) return;
  std::printf("  %s\n  %s\n", CommandLine(context, place, "get " + id).c_str(),
              ConsoleAddress(info, place, id).c_str());
}

std::string NameTaken(const Place& place, const std::string& name) {
  return Cat("there is an execution ", name, " in ", place.project, "/", place.domain,
             " already; choose another --name, or leave it out");
}

int Follow(const Context& context, Client& client, const Target& target) {
  const Place& place = target.place;
  EventFeed feed(client.Info().port, Cat("run:", place.project, "/", place.domain, "/", target.execution));
  if (Status open = Await(feed, std::chrono::seconds(10)); !open) return Complain(open.error());
  Watcher watcher(context, client, target);
  while (true) {
    const auto begin = std::chrono::steady_clock::now();
    const auto phase = watcher.Look();
    if (!phase) return Complain(phase.error());
    if (IsEnded(*phase)) return watcher.End();
    // A slow look, of very many nodes, is not repeated at once.
    const auto took = std::chrono::steady_clock::now() - begin;
    const bool lines = !watcher.IsLive() && !context.printer.IsData();
    std::this_thread::sleep_for(std::max<std::chrono::nanoseconds>(lines ? kBetweenLines : kBetweenLooks, 4 * took));
    // A live picture counts seconds; lines only tell what changes.
    if (Status more = Await(feed, watcher.IsLive() ? milliseconds(1000) : milliseconds(30000)); !more)
      return Complain(more.error());
  }
}

}  // namespace sandbox::cli
